#include "integrations/alertmanager/pages.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace evenkeel::alertmanager {

PostableAlert postable(const capabilities::Page& page, SysTime now) {
  PostableAlert out{
      {{"alertname", "EvenkeelBreach"},
       {std::string(own_label), page.key},
       {"severity", "critical"},
       {"area", page.area},
       {"release", page.release},
       {"environment", page.environment}},
      {{"summary", page.summary},
       {"description", fmt::format("`evenkeel release show {0}/{1}` says what was seen; `evenkeel rollback start {0}/{1} --reason ...` "
                                   "takes it back",
                                   page.area, page.release)}},
      page.opened_at,
      page.resolved_at ? std::max(*page.resolved_at, page.opened_at + Millis{1}) : now + outlives};
  if (!page.service.empty()) out.labels["service"] = page.service;
  if (!page.on_call.empty()) out.annotations["on_call"] = page.on_call;
  return out;
}

}  // namespace evenkeel::alertmanager
