// Waking the person on call.
#pragma once
#include <stop_token>

#include "capabilities/delivery.hpp"

namespace evenkeel::capabilities {

/// One alert as it is told. The same `key` is the same alert: telling it again changes its words and wakes nobody twice.
struct Page {
  std::string key, summary;
  std::string area, service, release, environment;
  std::string on_call;      // login of who is to wake up
  json::Value parts = {};   // what it is about, component by component
  std::int64_t number = 1;  // of parts; a further part is another word under the same key
  SysTime opened_at = {};
  std::optional<SysTime> resolved_at = {};
};
enum class PageAct { trigger, acknowledge, resolve };
BOOST_DESCRIBE_ENUM(PageAct, trigger, acknowledge, resolve)

class Pager {
 public:
  virtual ~Pager() = default;
  /// Delivered with a reason: it has arrived, and not everywhere.
  virtual Delivery tell(const Page& page, PageAct act, SysTime now, std::stop_token stop = {}) = 0;
  /// A pager that forgets what is not said again: how often an open alert is told anew. None: it remembers.
  virtual std::optional<Millis> told_again_every() const { return {}; }
};

}  // namespace evenkeel::capabilities
