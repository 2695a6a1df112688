#include "base/semver.hpp"
#include "changelog/release_heading.hpp"
#include "gitlog/release_tags.hpp"

using namespace evenkeel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto split = text.find('\n');
  const auto first = text.substr(0, split), second = split == std::string_view::npos ? std::string_view() : text.substr(split + 1);
  const auto a = parse_semver(first), b = parse_semver(second);
  if (a && b && (compare(*a, *b) < 0) != (compare(*b, *a) > 0)) __builtin_trap();
  if (a && !parse_semver(next_version(*a, Bump::minor))) __builtin_trap();
  gitlog::version_of_tag(first);
  const int order = gitlog::compare_versions(first, second), back = gitlog::compare_versions(second, first);
  if ((order < 0) != (back > 0)) __builtin_trap();
  if (const auto heading = changelog::read_release_heading(text); heading && heading->version && heading->version->empty())
    __builtin_trap();
  return 0;
}
