#include "changelog/line_diff.hpp"

namespace evenkeel::changelog {
namespace {

using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view text) {
  Lines lines;
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    auto line = text.substr(from, end - from);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    from = end + 1;
  }
  return lines;
}

constexpr std::ptrdiff_t most_steps = 2000;  // each step keeps a row: 2,000 are 16 MB at most

/// Marks the lines of the middle parts that both texts have, along a shortest path. False when it would take too many steps.
bool common_lines(const Lines& a, const Lines& b, std::vector<bool>& kept_a, std::vector<bool>& kept_b) {
  const auto n = std::ptrdiff_t(a.size()), m = std::ptrdiff_t(b.size());
  std::vector<std::vector<std::ptrdiff_t>> rows;  // rows[d][k + d]: how far down text a the diagonal k = x - y is reached in d steps
  for (std::ptrdiff_t d = 0; d <= std::min(n + m, most_steps); ++d) {
    auto& row = rows.emplace_back(std::size_t(2 * d + 1));
    const auto before = [&](std::ptrdiff_t k) { return rows[std::size_t(d - 1)][std::size_t(k + d - 1)]; };
    for (auto k = -d; k <= d; k += 2) {
      std::ptrdiff_t x = 0;
      if (d > 0) x = k == -d || (k != d && before(k - 1) < before(k + 1)) ? before(k + 1) : before(k - 1) + 1;
      auto y = x - k;
      while (x < n && y < m && a[std::size_t(x)] == b[std::size_t(y)]) ++x, ++y;
      row[std::size_t(k + d)] = x;
      if (x < n || y < m) continue;
      for (auto steps = d; steps >= 0; --steps) {  // walk back
        const auto diagonal = x - y;
        std::ptrdiff_t from_x = 0, from_y = 0;
        if (steps > 0) {
          const auto& last = rows[std::size_t(steps - 1)];
          const auto at = [&](std::ptrdiff_t q) { return last[std::size_t(q + steps - 1)]; };
          const bool down = diagonal == -steps || (diagonal != steps && at(diagonal - 1) < at(diagonal + 1));
          from_x = down ? at(diagonal + 1) : at(diagonal - 1);
          from_y = from_x - (down ? diagonal + 1 : diagonal - 1);
        }
        while (x > from_x && y > from_y) --x, --y, kept_a[std::size_t(x)] = kept_b[std::size_t(y)] = true;
        x = from_x, y = from_y;
      }
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<Edit> line_diff(std::string_view before, std::string_view after) {
  auto a = lines_of(before), b = lines_of(after);
  std::size_t start = 0;
  while (start < a.size() && start < b.size() && a[start] == b[start]) ++start;
  while (a.size() > start && b.size() > start && a.back() == b.back()) a.pop_back(), b.pop_back();
  a.erase(a.begin(), a.begin() + std::ptrdiff_t(start));
  b.erase(b.begin(), b.begin() + std::ptrdiff_t(start));
  std::vector<bool> kept_a(a.size()), kept_b(b.size());
  common_lines(a, b, kept_a, kept_b);
  std::vector<Edit> edits;
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    if (i < a.size() && j < b.size() && kept_a[i] && kept_b[j]) {
      ++i, ++j;
      continue;
    }
    Edit edit{start + i, 0, {}};
    while (i < a.size() && !kept_a[i]) ++edit.removed, ++i;
    while (j < b.size() && !kept_b[j]) edit.inserted.emplace_back(b[j++]);
    edits.push_back(std::move(edit));
  }
  return edits;
}

std::vector<DiffPart> diff_parts(std::string_view before, std::string_view after) {
  std::vector<DiffPart> parts;
  const auto a = lines_of(before);
  std::ptrdiff_t shift = 0;
  for (auto& edit : line_diff(before, after)) {
    DiffPart part{std::int64_t(edit.line + 1), std::int64_t(std::ptrdiff_t(edit.line) + shift + 1), {}, {}};
    for (std::size_t i = 0; i < edit.removed; ++i) part.removed.emplace_back(a[edit.line + i]);
    shift += std::ptrdiff_t(edit.inserted.size()) - std::ptrdiff_t(edit.removed);
    part.added = std::move(edit.inserted);
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace evenkeel::changelog
