// The jobs of watching and paging.
#pragma once
#include "work/ids.hpp"
#include "work/job.hpp"

namespace evenkeel::health {

struct WatchHealth {
  static constexpr std::string_view kind = "watch_health";
  WatchId watch;
};
BOOST_DESCRIBE_STRUCT(WatchHealth, (), (watch))

struct WatchValidation {
  static constexpr std::string_view kind = "watch_validation";
  WatchId watch;
};
BOOST_DESCRIBE_STRUCT(WatchValidation, (), (watch))

enum class PageAction { trigger, acknowledge, resolve };
BOOST_DESCRIBE_ENUM(PageAction, trigger, acknowledge, resolve)

struct Page {
  static constexpr std::string_view kind = "page";
  std::string alert;
  PageAction action = PageAction::trigger;
};
BOOST_DESCRIBE_STRUCT(Page, (), (alert, action))

struct KeepPage {
  static constexpr std::string_view kind = "keep_page";
  std::string alert, pager;
};
BOOST_DESCRIBE_STRUCT(KeepPage, (), (alert, pager))

struct EscalatePage {
  static constexpr std::string_view kind = "escalate_page";
  std::string alert;
};
BOOST_DESCRIBE_STRUCT(EscalatePage, (), (alert))

struct Calibrate {
  static constexpr std::string_view kind = "calibrate";
  std::string service;
  bool once = false;
};
BOOST_DESCRIBE_STRUCT(Calibrate, (), (service, once))

}  // namespace evenkeel::health
