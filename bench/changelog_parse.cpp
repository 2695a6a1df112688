// How fast changelogs are read: megabytes of CPU second, beside counting their lines (the least any reader must do).
//   bench_changelog_parse FILE...
#include <fmt/format.h>

#include <algorithm>

#include "changelog/keep_a_changelog.hpp"
#include "cli/cli.hpp"
#include "measure.hpp"

using namespace evenkeel;
using bench::cpu_seconds;

int main(int argc, char** argv) {
  std::vector<std::string> texts;
  double megabytes = 0;
  for (int i = 1; i < argc; ++i)
    if (auto text = cli::read_input(argv[i])) megabytes += double(text->size()) / 1e6, texts.push_back(std::move(*text));
  if (texts.empty()) return fmt::print(stderr, "usage: bench_changelog_parse FILE...\n"), 2;
  const int rounds = std::max(1, int(200 / megabytes));
  std::size_t lines = 0, releases = 0;
  auto start = cpu_seconds();
  for (int round = 0; round < rounds; ++round)
    for (const auto& text : texts) lines += std::size_t(std::count(text.begin(), text.end(), '\n'));
  const double counting = cpu_seconds() - start;
  start = cpu_seconds();
  for (int round = 0; round < rounds; ++round)
    for (const auto& text : texts) releases += changelog::Document::parse(text).find("0") ? 2 : 1;
  const double parsing = cpu_seconds() - start;
  fmt::print("{:.1f} MB, {} rounds, {} lines, {} parses: {:.0f} MB/s; counting lines {:.0f} MB/s\n", megabytes, rounds,
             lines / std::size_t(rounds), releases, megabytes * rounds / parsing, megabytes * rounds / counting);
}
