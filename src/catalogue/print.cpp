#include "catalogue/print.hpp"

#include <ctime>
#include <numeric>

namespace evenkeel::catalogue {
namespace {

using Row = std::vector<std::string>;

std::vector<std::size_t> natural_widths(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths.size() <= i) widths.push_back(0);
      widths[i] = std::max(widths[i], columns_of(row[i]));
    }
  return widths;
}

/// The widest column gives way first, down to a width in which words still fit; what is short stays whole.
void fit(std::vector<std::size_t>& widths, std::size_t width) {
  constexpr std::size_t least = 16, gap = 2;
  const auto total = [&] { return std::accumulate(widths.begin(), widths.end(), gap * (widths.empty() ? 0 : widths.size() - 1)); };
  while (total() > width) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= least) return;
    --*widest;
  }
}

std::vector<std::string> lines_of(const std::string& cell, std::size_t width) {
  std::vector<std::string> lines;
  const auto text = wrapped(cell, width);
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string laid_out(const Row& row, const std::vector<std::size_t>& widths) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 1;
  for (std::size_t i = 0; i < row.size(); ++i) {
    cells.push_back(columns_of(row[i]) > widths[i] ? lines_of(row[i], widths[i]) : Row{row[i]});
    height = std::max(height, cells.back().size());
  }
  std::string out;
  for (std::size_t l = 0; l < height; ++l) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto text = l < cells[i].size() ? cells[i][l] : std::string();
      line += text;
      if (i + 1 < cells.size()) line.append(widths[i] > columns_of(text) ? widths[i] - columns_of(text) + 2 : 2, ' ');
    }
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  }
  return out;
}

}  // namespace

Look& look() {
  static Look the_look;
  return the_look;
}

std::size_t columns_of(std::string_view text) {
  return std::size_t(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out;
  std::size_t used = indent;  // the first line stands behind what its caller has put there
  bool first = true;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    if (!first && width != 0 && used + 1 + columns_of(word) > width) {
      out += "\n" + std::string(indent, ' ');
      used = indent;
    } else if (!first) {
      out += ' ', ++used;
    }
    out += word, used += columns_of(word), first = false;
  }
  return out;
}

std::string table(const std::vector<Row>& rows) {
  auto widths = natural_widths(rows);
  if (look().width != 0) fit(widths, look().width);
  std::string out;
  for (const auto& row : rows) out += laid_out(row, widths);
  return out;
}

std::string short_time(SysTime at) {
  if (look().local_times) {
    const std::time_t seconds = to_millis(at) / 1000;
    std::tm local{};
    char text[64] = "";
    if (::localtime_r(&seconds, &local) && std::strftime(text, sizeof text, "%Y-%m-%d %H:%M %Z", &local) > 0) return text;
  }
  const auto iso = to_iso(at);
  return iso.substr(0, 10) + " " + iso.substr(11, 5) + "Z";
}
std::string short_time(const std::optional<SysTime>& at) { return at ? short_time(*at) : "-"; }

}  // namespace evenkeel::catalogue
