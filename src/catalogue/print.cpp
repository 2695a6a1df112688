#include "catalogue/print.hpp"

namespace evenkeel::catalogue {

std::string table(const std::vector<std::vector<std::string>>& rows) {
  const auto width_of = [](std::string_view s) {
    return std::size_t(std::count_if(s.begin(), s.end(), [](char c) { return (c & 0xc0) != 0x80; }));
  };
  std::vector<std::size_t> widths;
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths.size() <= i) widths.push_back(0);
      widths[i] = std::max(widths[i], width_of(row[i]));
    }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - width_of(row[i]) + 2, ' ');
    }
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  }
  return out;
}

std::string short_time(SysTime at) {
  const auto iso = to_iso(at);
  return iso.substr(0, 10) + " " + iso.substr(11, 5) + "Z";
}
std::string short_time(const std::optional<SysTime>& at) { return at ? short_time(*at) : "-"; }

}  // namespace evenkeel::catalogue
