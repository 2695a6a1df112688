#include "changelog/definitions.hpp"

#include <fmt/format.h>

#include <cctype>

#include "gitlog/release_tags.hpp"

namespace evenkeel::changelog {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; !from.empty() && (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

/// "[1.2.0]: https://... "title"" by its label, whatever its case and a leading "v". The address lies in `line` or in the next.
struct Definition {
  std::size_t line = 0, address_line = 0, at = 0, length = 0;
  std::string label, url;
};
Definition definition_at(const Document& d, std::size_t line) {
  const auto text = d.line(line);
  const auto open = text.find('['), close = text.find("]:");
  Definition out{.line = line, .address_line = line, .label = std::string(text.substr(open + 1, close - open - 1))};
  auto words = text;
  out.at = words.find_first_not_of(" \t", close + 2);
  if (out.at == std::string_view::npos && line + 1 < d.lines().size() && d.lines()[line + 1].kind == LineKind::definition)
    words = d.line(++out.address_line), out.at = words.find_first_not_of(" \t");
  if (out.at == std::string_view::npos) return out.at = 0, out;
  const bool bracketed = words[out.at] == '<' && words.find('>', out.at) != std::string_view::npos;
  out.at += bracketed;
  const auto end = std::min(words.find_first_of(bracketed ? ">" : " \t", out.at), words.size());
  out.length = end - out.at;
  out.url = words.substr(out.at, out.length);
  return out;
}
std::optional<Definition> find_definition(const Document& d, std::string_view label) {
  for (std::size_t i = d.lines().size(); i-- > 0;) {
    if (d.lines()[i].kind != LineKind::definition || d.line(i).find("]:") == std::string_view::npos) continue;
    auto found = definition_at(d, i);
    std::string_view bare = found.label;
    if (bare.size() > 1 && (bare[0] == 'v' || bare[0] == 'V') && is_digit(bare[1])) bare.remove_prefix(1);
    if (std::equal(bare.begin(), bare.end(), label.begin(), label.end(),
                   [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); }))
      return found;
  }
  return {};
}

/// Place of `version` in a URL where it is not part of a longer number.
std::size_t find_version(std::string_view url, std::string_view version) {
  for (auto at = url.rfind(version); at != std::string_view::npos; at = at ? url.rfind(version, at - 1) : std::string_view::npos) {
    const auto end = at + version.size();
    const bool longer = (at > 0 && (std::isdigit(static_cast<unsigned char>(url[at - 1])) || url[at - 1] == '.')) ||
                        (end < url.size() && std::isdigit(static_cast<unsigned char>(url[end]))) ||
                        (end + 1 < url.size() && url[end] == '.' && std::isdigit(static_cast<unsigned char>(url[end + 1])));
    if (!longer) return at;
    if (at == 0) break;
  }
  return std::string_view::npos;
}

/// An address that compares a tag with something: "https://host/acme/shop/compare/" "ui/v" (the version) "..." "HEAD".
struct Comparison {
  std::string before, prefix, dots, head;
  std::string behind = {};  // what follows the tag, where the head stands first: "HEAD..v1.1.0#diff"
  bool head_first = false;
  std::string with(std::string_view base, std::string_view to) const {
    return head_first ? fmt::format("{}{}{}{}{}{}", before, to, dots, prefix, base, behind)
                      : fmt::format("{}{}{}{}{}", before, prefix, base, dots, to);
  }
};
/// The version at the end of a tag: the last release's, else what reads as one.
std::string version_at_end(std::string tag, std::string_view last) {
  const auto before = tag.size() > last.size() ? tag[tag.size() - last.size() - 1] : ' ';
  const bool encoded = tag.size() >= last.size() + 3 && tag.compare(tag.size() - last.size() - 3, 3, "%40") == 0;
  if (!last.empty() && tag.ends_with(last) && (encoded || (!is_digit(before) && before != '.'))) return std::string(last);
  replace_all(tag, "%40", "@");
  const auto version = gitlog::version_of_tag(tag);
  return version ? version->version : std::string();
}
std::optional<Comparison> comparison_in(const std::string& url, std::string_view last) {
  static constexpr std::string_view word = "compare/";
  const auto at = url.rfind(word);
  if (at == std::string::npos) return {};
  const auto start = at + word.size();
  const auto dots = url.find("..", start);
  if (dots == std::string::npos) return {};
  const std::size_t width = url.compare(dots, 3, "...") == 0 ? 3 : 2;
  const auto tag = url.substr(start, dots - start);
  const auto version = version_at_end(tag, last);
  if (dots + width >= url.size()) return {};
  if (version.empty()) {
    const auto end = std::min(url.find_first_of("?#", dots + width), url.size());
    const auto other = url.substr(dots + width, end - dots - width);
    if (last.empty() || version_at_end(other, last) != last) return {};
    return Comparison{
        url.substr(0, start), other.substr(0, other.size() - last.size()), url.substr(dots, width), tag, url.substr(end), true};
  }
  return Comparison{url.substr(0, start), tag.substr(0, tag.size() - version.size()), url.substr(dots, width), url.substr(dots + width)};
}

/// From "compare last with the head" to "compare last with this version" and "compare this version with the head".
struct ComparePair {
  std::string of_version, of_unreleased;
};
std::optional<ComparePair> split_comparison(const std::string& url, std::string_view last, std::string_view version) {
  if (const auto c = comparison_in(url, last))
    return ComparePair{c->with(last, c->prefix + std::string(version)), c->with(version, c->head)};
  const auto at = find_version(url, last);
  if (at == std::string_view::npos) return {};
  auto unreleased = url;
  unreleased.replace(at, last.size(), version);
  // The head is the last word of the URL; the tag is written like that of the last release ("v1.1.0", "GTv1.1.0").
  auto end = url.size();
  auto start = end;
  while (start > at + last.size() && (std::isalnum(static_cast<unsigned char>(url[start - 1])) || url[start - 1] == '_')) --start;
  if (start == end || start <= at + last.size()) return ComparePair{{}, unreleased};
  auto prefix = at;
  while (prefix > 0 && (std::isalpha(static_cast<unsigned char>(url[prefix - 1])) || url[prefix - 1] == '-')) --prefix;
  auto head = start;
  if (url.substr(head).starts_with("GB") && url.substr(prefix).starts_with("GT")) prefix += 2, head += 2;
  auto of_version = url.substr(0, head) + url.substr(prefix, at - prefix) + std::string(version);
  if (of_version.find("GB" + url.substr(prefix, at - prefix) + std::string(version)) != std::string::npos)
    replace_all(of_version, "targetVersion=GB", "targetVersion=GT");
  return ComparePair{of_version, unreleased};
}

/// Of the first release of all: the address of the repository is what stands before the words by which hosts go on, or all of it. A tag
/// that is compared already tells how tags are written.
std::optional<ComparePair> first_comparison(const std::string& url, std::string_view version) {
  struct Host {
    std::string_view word, release, compare;
  };
  static constexpr std::string_view github = "/releases/tag/", to_head = "/compare/";
  static constexpr Host hosts[] = {{"/-/compare/", "/-/tags/", "/-/compare/"},
                                   {"/-/commits/", "/-/tags/", "/-/compare/"},
                                   {"/-/tree/", "/-/tags/", "/-/compare/"},
                                   {"/commits/branch/", "/commits/tag/", "/branches/compare/"},
                                   {"/src/branch/", github, to_head},
                                   {"/compare/", github, to_head},
                                   {"/commits/", github, to_head},
                                   {"/commit/", github, to_head},
                                   {"/tree/", github, to_head},
                                   {"/blob/", github, to_head}};
  for (const auto& host : hosts) {
    const auto at = url.find(host.word);
    if (at == std::string::npos) continue;
    const auto base = url.substr(0, at);
    const auto behind = url.substr(at + host.word.size());
    const auto dots = behind.find("..");
    const auto compared = gitlog::version_of_tag(behind.substr(0, std::min(dots, behind.size())));
    const auto prefix = dots != std::string::npos && compared ? behind.substr(0, dots - compared->version.size()) : std::string("v");
    auto head = dots == std::string::npos ? behind : behind.substr(std::min(behind.find_first_not_of('.', dots), behind.size()));
    if (host.word == "/blob/") head.resize(std::min(head.find('/'), head.size()));  // a file of a branch
    if (head.empty()) head = "HEAD";
    const auto range = host.compare.starts_with("/branches") ? fmt::format("{}..{}{}", head, prefix, version)
                                                             : fmt::format("{}{}...{}", prefix, version, head);
    return ComparePair{fmt::format("{}{}{}{}", base, host.release, prefix, version), base + std::string(host.compare) + range};
  }
  auto base = url;  // "https://host/acme/shop"
  while (base.ends_with('/')) base.pop_back();
  if (base.ends_with(".git")) base.resize(base.size() - 4);
  if (std::count(base.begin(), base.end(), '/') != 4 || base.find("://") == std::string::npos) return {};
  return ComparePair{fmt::format("{}{}v{}", base, github, version), fmt::format("{}{}v{}...HEAD", base, to_head, version)};
}

/// A definition like another, for another version.
std::string definition_like(const Document& d, const Definition& like, std::string_view label, std::string_view url, std::string_view last,
                            std::string_view version, bool with_title) {
  const auto words = d.line(like.address_line);
  const auto indent = d.line(like.line).find('[');
  const bool bracketed = like.at > 0 && words[like.at - 1] == '<';
  auto title = with_title ? std::string(words.substr(like.at + like.length + bracketed)) : std::string();
  while (title.ends_with(' ') || title.ends_with('\t')) title.pop_back();
  replace_all(title, last, version);
  return fmt::format("{}[{}]: {}{}{}{}", std::string(indent, ' '), label, bracketed ? "<" : "", url, bracketed ? ">" : "", title);
}

/// "compare/v1.0.0...v1.1.0" of the last release, moved one release on: what it was compared with, a release of the file or any other tag
/// or commit, gives way to the last release itself. Empty when it is no comparison that ends or begins with the last release.
std::string comparison_of_release_moved(const std::string& url, std::string_view last, std::string_view version) {
  static constexpr std::string_view word = "compare/";
  const auto at = url.rfind(word);
  const auto dots = at == std::string::npos ? at : url.find("..", at + word.size());
  if (dots == std::string::npos) return {};
  const auto behind_dots = dots + (url.compare(dots, 3, "...") == 0 ? 3 : 2), end = std::min(url.find_first_of("?#", dots), url.size());
  const auto start = at + word.size();
  const auto one = url.substr(start, dots - start), other = url.substr(behind_dots, end - behind_dots);
  const bool newer_first = version_at_end(one, last) == last;
  const auto& newer = newer_first ? one : other;
  if (last.empty() || version_at_end(newer, last) != last) return {};
  const auto next = newer.substr(0, newer.size() - last.size()) + std::string(version);
  return url.substr(0, start) + (newer_first ? next : newer) + url.substr(dots, behind_dots - dots) + (newer_first ? newer : next) +
         url.substr(end);
}

}  // namespace

std::optional<std::string> comparison_moved(const std::string& url, std::string_view last, std::string_view version) {
  auto pair = split_comparison(url, last, version);
  return pair ? std::optional(std::move(pair->of_unreleased)) : std::nullopt;
}

std::string address_moved(const std::string& url, std::string_view previous, std::string_view last, std::string_view version) {
  if (auto moved = comparison_of_release_moved(url, last, version); !moved.empty()) return moved;
  const auto at = find_version(url, last);
  if (at == std::string_view::npos) return {};
  auto moved = url;
  moved.replace(at, last.size(), version);
  if (previous.empty()) return moved;
  const auto behind = at + version.size();
  if (const auto from = find_version(std::string_view(moved).substr(0, at), previous); from != std::string_view::npos)
    moved.replace(from, previous.size(), last);
  else if (const auto to = find_version(std::string_view(moved).substr(behind), previous); to != std::string_view::npos)
    moved.replace(behind + to, previous.size(), last);  // hosts that name the newer one first
  return moved;
}

std::string version_before(const Document& d, const ReleaseIndex* last) {
  bool seen = false;
  for (const auto& r : d.releases()) {
    if (seen && r.heading.version) return *r.heading.version;
    seen |= &r == last;
  }
  return {};
}

void edit_definitions(const Document& d, const ReleaseIndex* last, std::string_view version, std::vector<Edit>& edits) {
  const auto of_unreleased = find_definition(d, "unreleased");
  const auto last_version = last ? *last->heading.version : std::string();
  const auto of_last = last ? find_definition(d, last_version) : std::nullopt;
  if (!of_unreleased && !of_last) return;
  const auto before = of_last && of_last->label.size() > last_version.size() ? of_last->label.size() - last_version.size() : 0;
  const auto label = (of_last ? of_last->label.substr(0, before) : "") + std::string(version);
  std::string url = of_last ? address_moved(of_last->url, version_before(d, last), last_version, version) : std::string();
  if (of_unreleased) {
    const auto pair = last ? split_comparison(of_unreleased->url, last_version, version) : first_comparison(of_unreleased->url, version);
    if (pair) {
      if (!pair->of_version.empty()) url = pair->of_version;
      std::string line(d.line(of_unreleased->address_line));
      line.replace(of_unreleased->at, of_unreleased->length, pair->of_unreleased);
      while (line.ends_with(' ') || line.ends_with('\t')) line.pop_back();
      edits.push_back({of_unreleased->address_line, 1, {std::move(line)}});
    }
  }
  if (url.empty() || find_definition(d, version)) return;
  const auto& like = of_last ? *of_last : *of_unreleased;
  auto line = definition_like(d, like, label, url, last_version, version, of_last.has_value());
  edits.push_back({of_last ? of_last->line : of_unreleased->address_line + 1, 0, {std::move(line)}});
}

}  // namespace evenkeel::changelog
