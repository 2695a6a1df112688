// A changelog from a whole history, beside `git log` of the same history: CPU seconds, children included, and their ratio. Then the next
// commit, with what was kept of the ones before: wall time, and whether it says the same as the whole.
//   bench_changelog_generate REPOSITORY...
#include <fmt/format.h>
#include <sys/resource.h>

#include "base/json.hpp"
#include "base/process.hpp"
#include "changelog/generate.hpp"
#include "changelog/generate_cache.hpp"
#include "measure.hpp"

using namespace evenkeel;

namespace {
double all_cpu_seconds() {
  double sum = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    getrusage(who, &used);
    sum += double(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + double(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
  }
  return sum;
}
/// The least of five, so that other work on the machine counts little.
template <class Work>
double least(Work work) {
  double best = 1e9;
  for (int i = 0; i < 5; ++i) {
    const double start = all_cpu_seconds();
    work();
    best = std::min(best, all_cpu_seconds() - start);
  }
  return best;
}
}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const auto repository = gitlog::Repository::open(argv[i]);
    if (!repository) return fmt::print(stderr, "{}\n", repository.error().message), 2;
    std::size_t bytes = 0, commits = 0;
    const double git = least(
        [&] { bytes = run_process({"git", "-C", argv[i], "log"}, {.env = {{"GIT_FLUSH", "0"}}, .max_output = 1u << 30})->out.size(); });
    const double json = least([&] {
      const auto history = gitlog::read_history(*repository, {}).value();
      commits = history.commits.size();
      bytes += json::dump(json::to_value(changelog::generate(history, gitlog::main_family(history.tags)))).size();
    });
    const double markdown = least([&] {
      const auto history = gitlog::read_history(*repository, {}).value();
      bytes += changelog::generate_markdown(history, gitlog::main_family(history.tags)).size();
    });
    fmt::print("{}: {} commits; git log {:.3f} s, JSON {:.3f} s ({:.2f} x), Markdown {:.3f} s ({:.2f} x)\n", argv[i], commits, git, json,
               json / git, markdown, markdown / git);
    double next = 1e9, cpu = 1e9;
    bool reused = false;
    const auto history = gitlog::read_history(*repository, {}).value();
    const auto whole = changelog::generate_markdown(history, gitlog::main_family(history.tags));
    for (int round = 0; round < 5; ++round) {
      (void)changelog::generate_cached(*repository, {.to = "HEAD~1", .program = fmt::format("bench {}", round)}).value();
      const double start = bench::wall_seconds(), cpu_start = all_cpu_seconds();
      const auto text = changelog::generate_cached(*repository, {.program = fmt::format("bench {}", round)}, &reused).value();
      next = std::min(next, bench::wall_seconds() - start);
      cpu = std::min(cpu, all_cpu_seconds() - cpu_start);
      if (text != whole) return fmt::print(stderr, "{}: the kept text says something else\n", argv[i]), 1;
    }
    fmt::print("  the next commit: {:.1f} ms, of them {:.1f} ms CPU (50 wanted){}\n", next * 1000, cpu * 1000,
               reused ? "" : " (read anew: HEAD is tagged)");
  }
}
