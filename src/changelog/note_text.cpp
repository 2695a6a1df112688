#include "changelog/note_text.hpp"

#include "base/hex.hpp"
#include "markdown/markdown.hpp"

namespace evenkeel::changelog {

std::string without_comments(std::string_view body) {
  std::string out;
  for (std::size_t at = 0; at < body.size();) {
    const auto open = body.find("<!--", at);
    const auto close = open == std::string_view::npos ? open : body.find("-->", open + 4);
    if (close == std::string_view::npos) {
      out += body.substr(at);
      break;
    }  // one that never ends is text: it must not hide the rest
    auto before = body.substr(at, open - at);
    while (before.ends_with(' ')) before.remove_suffix(1);
    out += before;
    at = close + 3;
  }
  return out;
}

std::string meaning_hash(std::string_view body) { return to_hex(sha256("evenkeel note 2\n" + markdown::words_of(without_comments(body)))); }

std::vector<std::string> entries_named(std::string_view body) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = body.find("<!--", at)) != std::string_view::npos;) {
    const auto close = body.find("-->", at + 4);
    if (close == std::string_view::npos) break;
    auto inside = body.substr(at + 4, close - at - 4);
    while (inside.starts_with(' ')) inside.remove_prefix(1);
    while (inside.ends_with(' ')) inside.remove_suffix(1);
    if (inside.starts_with("ent_") && inside.find_first_of(" \n") == std::string_view::npos) out.emplace_back(inside);
    at = close + 3;
  }
  return out;
}

std::string with_variables(std::string_view text, const std::map<std::string, std::string, std::less<>>& values) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = std::min(text.find("${", at), text.size());
    out += text.substr(at, open - at);
    const auto close = open < text.size() ? text.find('}', open) : std::string_view::npos;
    if (close == std::string_view::npos) return out += text.substr(open);
    const auto found = values.find(text.substr(open + 2, close - open - 2));
    out += found == values.end() ? text.substr(open, close + 1 - open) : std::string_view(found->second);
    at = close + 1;
  }
  return out;
}

std::string title_behind(const std::string& version, const std::string& title) {
  return title.empty() || title.find(version) != std::string::npos ? "" : ": " + title;
}

}  // namespace evenkeel::changelog
