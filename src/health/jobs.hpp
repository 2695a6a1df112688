// The jobs of watching and paging.
#pragma once
#include "work/job.hpp"

namespace evenkeel::health {

struct WatchHealth {
  static constexpr std::string_view kind = "watch_health";
  std::string watch;
};
BOOST_DESCRIBE_STRUCT(WatchHealth, (), (watch))

struct WatchValidation {
  static constexpr std::string_view kind = "watch_validation";
  std::string watch;
};
BOOST_DESCRIBE_STRUCT(WatchValidation, (), (watch))

enum class PageAction { trigger, resolve };
BOOST_DESCRIBE_ENUM(PageAction, trigger, resolve)

struct Page {
  static constexpr std::string_view kind = "page";
  std::string alert;
  PageAction action = PageAction::trigger;
};
BOOST_DESCRIBE_STRUCT(Page, (), (alert, action))

struct KeepPage {
  static constexpr std::string_view kind = "keep_page";
  std::string alert, pager, on_call;
};
BOOST_DESCRIBE_STRUCT(KeepPage, (), (alert, pager, on_call))

struct Calibrate {
  static constexpr std::string_view kind = "calibrate";
  std::string service;
  bool once = false;
};
BOOST_DESCRIBE_STRUCT(Calibrate, (), (service, once))

}  // namespace evenkeel::health
