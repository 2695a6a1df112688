#include "markdown/literal.hpp"

#include <fmt/format.h>

#include "base/hex.hpp"
#include "base/utf8.hpp"
#include "markdown/markdown.hpp"

namespace evenkeel::markdown {
namespace {

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_alpha(c) || is_digit(c); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_punctuation(char c) { return c > ' ' && c < 0x7f && !is_word(c); }

std::size_t run_of(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] == text[at]) ++end;
  return end - at;
}

/// Length of "<https://...>" or "<name@host>" here, 0 when it is none (CommonMark 6.5).
std::size_t address_in_brackets(std::string_view text) {
  const auto end = text.find_first_of("<> \t\r\n", 1);
  if (end == std::string_view::npos || text[end] != '>') return 0;
  const auto inside = text.substr(1, end - 1);
  const auto colon = inside.find(':');
  if (colon != std::string_view::npos && colon >= 2 && colon <= 32 && is_alpha(inside[0]) &&
      inside.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-") == colon)
    return end + 1;
  const auto at = inside.find('@');
  const bool mail = at != std::string_view::npos && at > 0 && at + 1 < inside.size() && is_word(inside[at + 1]) &&
                    inside.find_first_of("@:\\/()\"", at + 1) == std::string_view::npos;
  return mail ? end + 1 : 0;
}

/// Does the destination of a link begin here: "](<" or "]: <"?
bool is_destination(std::string_view text, std::size_t at) {
  while (at > 0 && is_blank(text[at - 1])) --at;
  return at > 1 && (text[at - 1] == '(' || text[at - 1] == ':') && text[at - 2] == ']';
}

bool is_escaped(std::string_view text, std::size_t at) {
  std::size_t n = 0;
  while (n < at && text[at - n - 1] == '\\') ++n;
  return n % 2 == 1;
}

/// An entity that Markdown would decode ("&amp;", "&#39;").
bool is_entity(std::string_view text) {
  std::size_t i = 1;
  while (i < text.size() && (is_word(text[i]) || (i == 1 && text[i] == '#'))) ++i;
  return i > 1 && i < text.size() && text[i] == ';';
}

/// What begins a block when it stands first: heading, list, quotation, fence, rule, table.
bool begins_a_block(std::string_view text, std::size_t& sign) {
  sign = 0;
  const auto blank_at = [&](std::size_t i) { return i >= text.size() || is_blank(text[i]); };
  const char c = text[0];
  if (c == '#') return run_of(text, 0) <= 6 && blank_at(run_of(text, 0));
  if (c == '>') return true;
  if (c == '-' || c == '+') return blank_at(1) || (c == '-' && text.find_first_not_of("- ") == std::string_view::npos);
  while (sign < text.size() && is_digit(text[sign])) ++sign;
  return sign > 0 && sign <= 9 && sign < text.size() && (text[sign] == '.' || text[sign] == ')') && blank_at(sign + 1);
}

struct Plain {
  std::string_view text;
  std::string out = {};

  bool escapes(std::size_t at) const {
    const auto rest = text.substr(at);
    const char next = rest.size() > 1 ? rest[1] : ' ', before = at > 0 ? text[at - 1] : ' ';
    switch (rest[0]) {
      case '\\':
        return is_punctuation(next);
      case '*':
        return !(is_blank(before) && is_blank(next)) || at == 0;
      case '_': {
        std::size_t from = at;
        while (from > 0 && text[from - 1] == '_') --from;
        const auto to = at + run_of(text, at);
        return !(from > 0 && to < text.size() && is_word(text[from - 1]) && is_word(text[to]));
      }
      case '~':
        return true;
      case '[':
        return rest.find(']') != std::string_view::npos;
      case '<':
        return is_alpha(next) || next == '/' || next == '!' || next == '?';
      case '&':
        return is_entity(rest);
      default:
        return false;
    }
  }
  /// A code span as it stands; a run of backticks without its like is text.
  std::size_t code(std::size_t at) {
    const auto length = run_of(text, at);
    for (auto close = text.find('`', at + length); close != std::string_view::npos; close = text.find('`', close)) {
      const auto n = run_of(text, close);
      if (n == length) return out += text.substr(at, close + n - at), close + n;
      close += n;
    }
    for (std::size_t i = 0; i < length; ++i) out += "\\`";
    return at + length;
  }
  std::string written() {
    std::size_t sign = 0;
    const bool block = !text.empty() && begins_a_block(text, sign);
    for (std::size_t at = 0; at < text.size();) {
      if (text[at] == '`') {
        at = code(at);
        continue;
      }
      if (const auto address = text.substr(at).starts_with("<http") ? address_in_brackets(text.substr(at)) : 0) {
        out += text.substr(at, address), at += address;
        continue;
      }
      if ((block && at == sign) || escapes(at)) out += '\\';
      out += text[at++];
    }
    return std::move(out);
  }
};

std::string one_line(std::string_view words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto c = static_cast<unsigned char>(words[i]);
    if (c == '\n' || c == '\r' || c == '\t') {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else if (c == 0xc2 && i + 1 < words.size() && static_cast<unsigned char>(words[i + 1]) < 0xa0 &&
               static_cast<unsigned char>(words[i + 1]) >= 0x80)
      ++i;  // the C1 controls
    else if (c >= 0x20 && c != 0x7f)
      out += words[i];
  }
  while (out.ends_with(' ')) out.pop_back();
  return out.substr(std::min(out.find_first_not_of(' '), out.size()));
}

std::vector<std::pair<std::size_t, std::size_t>> places_of(std::string_view text, std::string_view signs) {
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (std::size_t at = 0; (at = text.find_first_of(signs, at)) != std::string_view::npos; ++at) out.emplace_back(at, at + 1);
  return out;
}

}  // namespace

std::string of_plain(std::string_view words) {
  const auto line = one_line(clean_text(words));
  return Plain{line}.written();
}

std::string of_cell(std::string_view words) {
  auto out = of_plain(words);
  for (std::size_t at = 0; (at = out.find('|', at)) != std::string::npos; at += 2) out.insert(at, "\\");
  return out;
}

namespace {

/// Each stretch as a word that occurs nowhere else: Markdown reads nothing in it, and it shows up again in what is code.
template <class CodeOf>
std::vector<bool> found_in_code(std::string_view text, const std::vector<std::pair<std::size_t, std::size_t>>& stretches, CodeOf code_in) {
  if (stretches.empty()) return {};
  const auto name = "ek" + to_hex(sha256(text)).substr(0, 12) + "n";
  std::string marked;
  std::size_t at = 0;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    marked += text.substr(at, stretches[i].first - at);
    marked += fmt::format("{}{}e", name, i);
    at = stretches[i].second;
  }
  marked += text.substr(at);
  std::vector<bool> out(stretches.size(), false);
  const auto code = code_in(marked);
  for (std::size_t found = 0; (found = code.find(name, found)) != std::string::npos;) {
    found += name.size();
    std::size_t i = 0;
    while (found < code.size() && is_digit(code[found])) i = i * 10 + std::size_t(code[found++] - '0');
    if (i < out.size()) out[i] = true;
  }
  return out;
}

}  // namespace

std::vector<bool> in_code(std::string_view text, const std::vector<std::pair<std::size_t, std::size_t>>& stretches) {
  return found_in_code(text, stretches, [](const std::string& marked) { return code_of(without_html(marked)); });
}

std::string without_html(std::string_view text) {
  auto places = places_of(text, "<");
  std::erase_if(places, [&](const auto& p) {
    return is_escaped(text, p.first) || is_destination(text, p.first) || address_in_brackets(text.substr(p.first)) > 0;
  });
  const auto code = found_in_code(text, places, code_of);
  std::string out;
  std::size_t at = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    out += text.substr(at, places[i].first - at);
    at = places[i].first;
    const char next = at + 1 < text.size() ? text[at + 1] : ' ';
    if (!code[i] && (is_alpha(next) || next == '/' || next == '!' || next == '?')) out += '\\';
  }
  return out += text.substr(at);
}

std::string for_plain_readers(std::string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> places;
  for (std::size_t at = 0; (at = text.find('\\', at)) != std::string_view::npos; at += 2)
    if (at + 1 < text.size() && is_punctuation(text[at + 1])) places.emplace_back(at, at + 2);
  const auto code = in_code(text, places);
  std::string out;
  std::size_t at = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    out += text.substr(at, places[i].first - at);
    at = places[i].first + (code[i] ? 0 : 1);
  }
  return out += text.substr(at);
}

}  // namespace evenkeel::markdown
