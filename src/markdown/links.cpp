#include "markdown/links.hpp"

#include <algorithm>

#include "markdown/literal.hpp"

namespace evenkeel::markdown {
namespace {

using Stretch = std::pair<std::size_t, std::size_t>;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// "https:", "mailto:" or "//host" at the start.
bool is_whole(std::string_view address) {
  if (address.starts_with("//")) return true;
  const auto colon = address.find_first_of(":/?#");
  return colon != std::string_view::npos && colon > 1 && address[colon] == ':' && is_letter(address[0]);
}

std::string whole(std::string_view address, const std::string& base, std::string_view page) {
  std::string out = base;
  while (out.ends_with('/')) out.pop_back();
  if (address.starts_with('/')) return out.append(address);
  if (address.starts_with('#') || address.starts_with('?')) return out.append(page).append(address);
  while (address.starts_with("./")) address.remove_prefix(2);
  return out.append("/changelog/").append(address);
}

/// The address behind "](" or "]:", which ends at white space, a bracket that was not opened in it, or its ">".
Stretch address_at(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  if (at < text.size() && text[at] == '<') return {at + 1, std::min(text.find_first_of(">\n", at), text.size())};
  auto end = at;
  for (int open = 0; end < text.size() && !is_blank(text[end]); ++end) {
    if (text[end] == '(') ++open;
    if (text[end] == ')' && open-- == 0) break;
  }
  return {at, end};
}

bool starts_definition(std::string_view text, std::size_t close) {
  const auto line = text.rfind('\n', close) + 1;  // npos + 1 is 0
  const auto first = text.find_first_not_of(' ', line);
  return first != std::string_view::npos && first < close && first - line < 4 && text[first] == '[';
}

}  // namespace

std::string with_whole_links(std::string_view text, const std::string& base, std::string_view page) {
  if (base.empty()) return std::string(text);
  std::vector<Stretch> addresses;
  for (std::size_t at = 0; (at = text.find(']', at)) != std::string_view::npos; ++at) {
    const char next = at + 1 < text.size() ? text[at + 1] : ' ';
    if (next != '(' && !(next == ':' && starts_definition(text, at))) continue;
    const auto found = address_at(text, at + 2);
    if (found.first < found.second && !is_whole(text.substr(found.first, found.second - found.first))) addresses.push_back(found);
  }
  const auto code = in_code(text, addresses);
  std::string out;
  std::size_t copied = 0;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto [begin, end] = addresses[i];
    if (code[i] || begin < copied) continue;
    out += text.substr(copied, begin - copied);
    out += whole(text.substr(begin, end - begin), base, page);
    copied = end;
  }
  return out += text.substr(copied);
}

}  // namespace evenkeel::markdown
