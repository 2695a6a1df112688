// What wakes somebody: one line that fits on a telephone's lock screen. The caveats stand behind it, on the release's page.
#pragma once
#include "health/watch.hpp"

namespace evenkeel::health {

/// "checkout 1.4.0: 52 % of 1,204 requests fail (limit 1 %) since 14:05Z. evenkeel release show 1.4.0": what is worst, its figure and
/// limit, since when, and the command that shows what ends it. At most page_length bytes; the figure is what gives way.
std::string page_words(const Watch& watch, const Verdict& verdict, const std::string& version, SysTime since);

/// The metric that a page is about: broken, else suspect, else silent; critical ones first. Null when none is.
const MetricVerdict* worst_of(const Verdict& verdict);
/// Interval since which that holds.
int worst_since(const Verdict& verdict);

}  // namespace evenkeel::health
