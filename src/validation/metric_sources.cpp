#include "validation/metric_sources.hpp"

namespace evenkeel::validation {
namespace {

/// Asks nothing, and says why.
class NotOpened final : public health::MetricSource {
 public:
  explicit NotOpened(std::string why) : why_(std::move(why)) {}
  health::SideSeries fetch(const health::Criterion&, health::SideName, const health::QueryVariables&, const health::IntervalRange& range,
                           std::stop_token) override {
    return {.intervals = std::vector<health::IntervalSample>(std::size_t(std::max(0, range.count))), .asked = {{.problem = why_}}};
  }
  health::HostSeries fetch_hosts(const health::Criterion&, const std::string&, health::SideName, const health::QueryVariables&,
                                 const health::IntervalRange&, std::stop_token) override {
    return {.asked = {{.problem = why_}}, .problem = why_};
  }

 private:
  std::string why_;
};

}  // namespace

MetricSources metric_sources(const definitions::Organisation& o, const capabilities::Connections& outside) {
  MetricSources s;
  for (const auto& c : o.connections) {
    if (!is_able_to(c, definitions::Ability::metric_source)) continue;
    const auto opened = outside.open(c);
    const std::shared_ptr<health::MetricSource> source =
        opened ? opened->metric_source : std::make_shared<NotOpened>(opened.error().message);
    s.named[c.name] = source.get();
    s.owned[c.name] = source;
  }
  return s;
}

bool out_of_reach(const health::SampleBatch& batch) {
  const auto any = [](const std::vector<health::SideSeries>& side) {
    return std::any_of(side.begin(), side.end(), [](const auto& s) {
      return std::any_of(s.asked.begin(), s.asked.end(),
                         [](const auto& a) { return !a.url.empty() && (a.status == 0 || a.status == 429 || a.status >= 500); });
    });
  };
  return any(batch.canary) || any(batch.control);
}

}  // namespace evenkeel::validation
