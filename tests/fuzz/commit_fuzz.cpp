#include "changelog/draft.hpp"
#include "gitlog/conventional_commit.hpp"
#include "gitlog/log.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto commit = evenkeel::gitlog::parse_commit_message(text, {.issue_prefixes = {"#", "gh-"}, .comment_char = ';'});
  if (commit.type && commit.type->empty()) __builtin_trap();
  evenkeel::gitlog::trailers(text);
  const auto half = text.substr(size / 2);
  if (evenkeel::changelog::draft_entries({{"aaaaaaaa", text}, {"bbbbbbbb", half, text}, {"cccccccc", text, {}, {half}}}).empty())
    __builtin_trap();
  return 0;
}
