#include "health/page_words.hpp"

#include "base/utf8.hpp"
#include "health/sentence.hpp"

namespace evenkeel::health {
namespace {

std::string percent(double share) { return fmt::format("{:.3g} %", 100 * share); }

/// The figure of a metric that was judged against a control, or against its limit.
std::string figure_of(const MetricVerdict& m) {
  if (m.figure) return *m.figure;
  if (m.canary_total <= 0) return m.name;
  auto text = fmt::format("{} {} of {}", m.name, percent(m.canary_events / m.canary_total), grouped(m.canary_total));
  if (m.control_total > 0) text += fmt::format(" (control {})", percent(m.control_events / m.control_total));
  return text;
}

}  // namespace

const MetricVerdict* worst_of(const Verdict& v) {
  for (const auto state : {MetricState::breach, MetricState::suspect, MetricState::no_data})
    for (const bool critical : {true, false})
      for (const auto& m : v.metrics)
        if (m.state == state && m.critical == critical) return &m;
  return nullptr;
}

int worst_since(const Verdict& v) {
  const auto* m = worst_of(v);
  return m ? std::max(m->breached_at.value_or(0), m->since) : 0;  // of several times the newest
}

std::string page_words(const Watch& w, const Verdict& v, const std::string& version, SysTime since) {
  const auto* m = worst_of(v);
  const auto head = fmt::format("{} {}: ", w.service, version);
  const auto tail = fmt::format("{} since {}Z. evenkeel release show {}", m && m->state == MetricState::suspect ? ", cause unknown," : "",
                                to_iso(since).substr(11, 5), version);
  auto figure = m ? figure_of(*m) : std::string("a rollback is recommended");
  const auto room = page_length > head.size() + tail.size() ? page_length - head.size() - tail.size() : 0;
  if (figure.size() > room) figure = clean_text(figure, room);
  return head + figure + tail;
}

}  // namespace evenkeel::health
