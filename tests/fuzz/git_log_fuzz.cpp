// The stream of `git log`, cut into pieces: however it is cut, the same commits come out.
#include "gitlog/release_tags.hpp"
#include "gitlog/reverts.hpp"

using namespace evenkeel::gitlog;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::vector<Commit> whole, pieces;
  LogParser at_once([&](Commit&& commit) { return whole.push_back(std::move(commit)), true; });
  at_once.push(bytes);
  const bool fine = at_once.finish().has_value();
  LogParser in_pieces([&](Commit&& commit) { return pieces.push_back(std::move(commit)), true; });
  for (std::size_t i = 0; i < size; i += 7) in_pieces.push(bytes.substr(i, 7));
  if (in_pieces.finish().has_value() != fine || whole.size() != pieces.size()) __builtin_trap();
  for (std::size_t i = 0; i < whole.size(); ++i)
    if (whole[i].message != pieces[i].message || whole[i].files.size() != pieces[i].files.size()) __builtin_trap();
  std::vector<Tag> tags;
  if (!whole.empty()) tags.push_back({.name = "v1.0.0", .target = whole.back().sha});
  const auto history = make_history(std::move(whole), tags);
  reverted_by(find_reverts(history));
  std::size_t listed = 0;
  for (const auto& release : split_into_releases(history, history.tags)) listed += release.commits.size();
  if (listed != history.commits.size()) __builtin_trap();
  return 0;
}
