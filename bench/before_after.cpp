// Before and after without a control, on the real streams of data/health/nab: pseudo-deployments in the last 45 % of each stream,
// thresholds from everything before them, with rises put in; beside "above the last hour by three standard deviations". Usage:
// bench_before_after FOLDER
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "base/json.hpp"
#include "health/before_after.hpp"
#include "health/later_hours.hpp"
#include "stats/samples.hpp"

using namespace evenkeel;
using namespace evenkeel::health;

namespace {

struct Stream {
  std::string name;
  std::vector<double> values;
  std::vector<std::string> times;
  int day = 288;
};

Stream read(const std::filesystem::path& path) {
  Stream s{.name = path.filename().string()};
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    const auto comma = line.find(',');
    s.times.push_back(line.substr(0, comma));
    s.values.push_back(std::atof(line.c_str() + comma + 1));
  }
  std::vector<double> steps;
  for (std::size_t i = 1; i < s.times.size(); ++i) {
    const auto a = parse_time(std::string(s.times[i - 1]).replace(10, 1, "T") + "Z"),
               b = parse_time(std::string(s.times[i]).replace(10, 1, "T") + "Z");
    if (a && b) steps.push_back(double((*b - *a).count()) / 1000);
  }
  std::nth_element(steps.begin(), steps.begin() + long(steps.size() / 2), steps.end());
  s.day = std::max(1, int(std::lround(86400 / steps[steps.size() / 2])));
  return s;
}

/// Pseudo-deployments seven hours apart whose whole day is known, judged beyond the first hour; rises begin with the deployment.
struct LaterTally {
  int n = 0, judged = 0, alarms[4] = {0, 0, 0, 0}, too_few = 0;
  double promised = 0;
  void add(const Stream& s, const std::vector<std::pair<std::size_t, std::size_t>>& excluded) {
    LaterSettings settings;
    settings.block = std::max(1, s.day / hours_a_day);
    const auto day = std::size_t(settings.block) * hours_a_day;
    for (auto at = std::size_t(0.55 * double(s.values.size())); at + day <= s.values.size(); at += std::size_t(settings.block) * 7) {
      const auto touches = [&](const auto& e) { return at < e.second + std::size_t(settings.block) && e.first < at + day; };
      if (std::any_of(excluded.begin(), excluded.end(), touches)) continue;
      const auto learned = learn_later(s.values, at, excluded, settings);
      if (!learned.way) {
        ++too_few;
        continue;
      }
      ++n, promised += learned.power_half, judged += learned.power_half >= 0.5;
      int i = 0;
      for (const double factor : {1.0, 1.25, 1.5, 2.0}) {
        std::vector<double> values(s.values.begin(), s.values.begin() + std::ptrdiff_t(at + day));
        for (auto v = values.begin() + std::ptrdiff_t(at); v != values.end(); ++v) *v *= factor;
        alarms[i++] += judge_later(learned, values, at, settings, s.name).suspect;
      }
    }
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: bench_before_after data/health/nab\n");
    return 2;
  }
  const std::filesystem::path folder(argv[1]);
  std::ifstream labels_in(folder / "labels.json");
  const std::string text{std::istreambuf_iterator<char>(labels_in), {}};
  const auto labels = json::parse(text).value();
  struct Tally {
    int n = 0, alarms[4] = {0, 0, 0, 0}, sigma[4] = {0, 0, 0, 0};
    std::vector<int> samples;
  } all;
  LaterTally later;
  double promised = 0;
  std::vector<std::string> worst;
  for (const auto& file : labels.at("files").as_array()) {
    const auto name = std::string(file.at("file").as_string());
    if (!name.starts_with("real") || !std::filesystem::exists(folder / "data" / name)) continue;
    const auto s = read(folder / "data" / name);
    BeforeAfterSettings settings;
    settings.day = s.day;
    std::vector<std::pair<std::size_t, std::size_t>> windows;
    for (const auto& w : file.at("anomaly_windows").as_array()) {
      const auto index = [&](std::size_t i) {
        const auto t = std::string(w.as_array()[i].as_string()).substr(0, 19);
        return std::size_t(std::lower_bound(s.times.begin(), s.times.end(), t) - s.times.begin());
      };
      windows.emplace_back(index(0), index(1) + 1);
    }
    later.add(s, windows);
    std::vector<PastWindow> past;
    Tally mine;
    const auto w = std::size_t(settings.window);
    for (std::size_t at = w; at + w <= s.values.size(); at += w / 2) {
      if (std::any_of(windows.begin(), windows.end(), [&](const auto& e) { return at < e.second + w && e.first < at + w; })) continue;
      const auto now = past_window(s.values, at, settings);
      if (!now) continue;
      // a window teaches only those that begin after it has ended
      const auto known = past.size() >= 2 ? std::span<const PastWindow>(past).first(past.size() - 1) : std::span<const PastWindow>{};
      if (at >= std::size_t(0.55 * double(s.values.size()))) {
        if (const auto chosen = choose_pair(known, settings)) {
          ++mine.n, promised += chosen->power_half;
          int i = 0;
          for (const double factor : {1.0, 1.25, 1.5, 2.0}) {
            const auto found = first_suspect(looks_at(s.values, at, settings, factor), *chosen, settings);
            mine.alarms[i] += found.has_value();
            if (found && factor == 2.0) mine.samples.push_back(found->samples);
            const auto hour = stats::summary(std::span(s.values).subspan(at - w, w));
            bool sigma = false;
            for (std::size_t t = at; t < at + w; ++t) sigma = sigma || s.values[t] * factor > hour.mean + 3 * hour.sd;
            mine.sigma[i++] += sigma;
          }
        }
      }
      past.push_back(*now);
    }
    if (mine.n == 0) continue;
    fmt::print("  {:<48} n {:>3}  healthy {:5.1f} %  x1.25 {:5.1f}  x1.5 {:5.1f}  x2 {:5.1f}\n", name, mine.n,
               100.0 * mine.alarms[0] / mine.n, 100.0 * mine.alarms[1] / mine.n, 100.0 * mine.alarms[2] / mine.n,
               100.0 * mine.alarms[3] / mine.n);
    if (mine.alarms[0] > 0.12 * mine.n) worst.push_back(name);
    all.n += mine.n;
    for (int i = 0; i < 4; ++i) all.alarms[i] += mine.alarms[i], all.sigma[i] += mine.sigma[i];
    all.samples.insert(all.samples.end(), mine.samples.begin(), mine.samples.end());
  }
  std::sort(all.samples.begin(), all.samples.end());
  const auto share = [&](int k) { return 100.0 * k / all.n; };
  fmt::print("Goal 7. Before and after, {} pseudo-deployments\n", all.n);
  fmt::print("  this method:          healthy {:.1f} % (<= 4)  x1.25 {:.1f}  x1.5 {:.1f} (>= 68)  x2 {:.1f} (>= 77)  median samples {}\n",
             share(all.alarms[0]), share(all.alarms[1]), share(all.alarms[2]), share(all.alarms[3]),
             all.samples.empty() ? 0 : all.samples[all.samples.size() / 2]);
  fmt::print("  last hour + 3 sigma:  healthy {:.1f} %  x1.25 {:.1f}  x1.5 {:.1f}  x2 {:.1f}\n", share(all.sigma[0]), share(all.sigma[1]),
             share(all.sigma[2]), share(all.sigma[3]));
  fmt::print("  promised power at x1.5 {:.1f} %, measured {:.1f} % (within 10 points); streams above 12 %: {}\n", 100 * promised / all.n,
             share(all.alarms[2]), worst.empty() ? "none" : fmt::format("{}", fmt::join(worst, ", ")));
  const auto of_judged = [&](int k) { return later.judged ? 100.0 * k / later.judged : 0; };
  fmt::print(
      "Beyond the first hour, {} pseudo-deployments with a whole day after them ({} had too few days before)\n  judged {} of them:  "
      "healthy "
      "{:.1f} %  x1.25 {:.1f}  x1.5 {:.1f}  x2 {:.1f}  (promised at x1.5 over all of them: {:.1f} %)\n",
      later.n, later.too_few, later.judged, of_judged(later.alarms[0]), of_judged(later.alarms[1]), of_judged(later.alarms[2]),
      of_judged(later.alarms[3]), later.n ? 100 * later.promised / later.n : 0);
}
