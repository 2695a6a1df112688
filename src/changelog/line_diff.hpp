// What differs between two texts, line by line: the shortest list of edits (Myers 1986, O((N+M)D)), for reviews and for `changelog fix`.
#pragma once
#include "changelog/edit.hpp"

namespace evenkeel::changelog {

/// Edits that turn `before` into `after`, in order of lines. Texts that differ in more than some thousand lines are compared as one block
/// between their common beginning and end: right, but not shortest.
std::vector<Edit> line_diff(std::string_view before, std::string_view after);

/// A differing passage for a reader: what stood there, what stands there. Line numbers from 1.
struct DiffPart {
  std::int64_t line_before = 0, line_after = 0;
  std::vector<std::string> removed, added;
};
BOOST_DESCRIBE_STRUCT(DiffPart, (), (line_before, line_after, removed, added))
std::vector<DiffPart> diff_parts(std::string_view before, std::string_view after);

}  // namespace evenkeel::changelog
