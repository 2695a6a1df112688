// The recorded rollouts of data/health/streams by kind: what is found, when, and what is said otherwise; beside Kayenta's judge looking
// every minute from the fifth at the error share. Usage: bench_streams FILE.jsonl
#include <fmt/format.h>

#include <fstream>

#include "health/stream.hpp"
#include "support/canary_judges.hpp"

using namespace evenkeel;
using namespace evenkeel::health;

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: bench_streams FILE.jsonl\n");
    return 2;
  }
  struct Kind {
    int n = 0, found = 0, early = 0, kayenta = 0;
    std::vector<int> delays, kayenta_delays;
    std::map<std::string, int> otherwise;
  };
  std::map<std::string, Kind> kinds;
  std::ifstream in(argv[1]);
  for (std::string line; std::getline(in, line);) {
    const auto stream = parse_stream(line);
    if (!stream) {
      fmt::print(stderr, "{}\n", stream.error().message);
      return 2;
    }
    const auto value = json::parse(line).value();
    auto& kind = kinds[std::string(value.at("kind").as_string())];
    const int from = stream->breach_from.value_or(0);
    const auto v = judge_stream(*stream, default_criteria());
    ++kind.n;
    if (v.first_breach && *v.first_breach >= from)
      ++kind.found, kind.delays.push_back(*v.first_breach - from + 1);
    else if (v.first_breach)
      ++kind.early;
    else
      ++kind.otherwise[std::string(json::enum_text(v.verdict))];
    simulated::Rollout rollout;
    for (const auto& m : value.at("minutes").as_array()) {
      simulated::Minute minute;
      const auto side = [&](const char* name, simulated::Side& to) {
        if (const auto& s = m.at(name); s.is_object()) to = {s.at("requests").to_number<double>(), s.at("errors").to_number<double>()};
      };
      side("canary", minute.canary), side("control", minute.control);
      rollout.push_back(minute);
    }
    if (const auto at = simulated::kayenta_alarm(rollout); at && *at >= from) ++kind.kayenta, kind.kayenta_delays.push_back(*at - from + 1);
  }
  const auto median = [](std::vector<int> v) {
    std::sort(v.begin(), v.end());
    return v.empty() ? std::string("-") : std::to_string(v[v.size() / 2]);
  };
  fmt::print("{:<32} {:>3} {:>7} {:>8} {:>7} {:>16}  {}\n", "kind", "n", "found", "minutes", "early", "Kayenta (min)", "said otherwise");
  for (auto& [name, k] : kinds) {
    std::string otherwise;
    for (const auto& [word, n] : k.otherwise) otherwise += fmt::format("{} {}  ", word, n);
    fmt::print("{:<32} {:>3} {:>7} {:>8} {:>7} {:>9} ({:>4})  {}\n", name, k.n, k.found, median(k.delays), k.early, k.kayenta,
               median(k.kayenta_delays), otherwise);
  }
}
