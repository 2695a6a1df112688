#include "planning/longest_window.hpp"

namespace evenkeel::planning {

Millis longest_window(const definitions::Organisation& o, const std::vector<std::string>& areas) {
  auto most = o.process.longest_window;
  for (const auto& name : areas)
    if (const auto* area = definitions::find_area(o, name); area && area->longest_window > Millis{0})
      most = most > Millis{0} ? std::min(most, area->longest_window) : area->longest_window;
  return most;
}

Result<void> no_longer_than_declared(const definitions::Organisation& o, const std::vector<std::string>& areas, const Interval& window,
                                     SysTime now, const std::function<std::string(const Interval& shorter)>& how) {
  const auto most = longest_window(o, areas);
  const auto length = window.end - window.start;
  if (most == Millis{0} || length <= most) return {};
  const auto from = std::max(window.start, now);
  Error error{
      ErrorKind::blocked, fmt::format("the window is {} long; the longest is {}", to_words(length), to_words(most)), "window_end", {}, {}};
  error.refusals.push_back({"longest_window", fmt::format("a window of {}", to_words(length)),
                            fmt::format("at most {}, as longest_window declares", to_words(most)), "", how({from, from + most}),
                            o.process.owner.empty() ? "coordinator; an admin declares a longer one"
                                                    : "coordinator; " + o.process.owner + ", who owns the process, declares a longer one"});
  return std::unexpected(std::move(error));
}

}  // namespace evenkeel::planning
