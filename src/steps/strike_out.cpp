#include "steps/strike_out.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/percent.hpp"

namespace evenkeel::steps {
namespace {

std::string upper(std::string text) {
  for (auto& c : text)
    if (c >= 'a' && c <= 'z') c = char(c - 32);
  return text;
}
std::string lower_escapes(std::string text) {  // %2F as %2f
  for (std::size_t at = 0; (at = text.find('%', at)) != std::string::npos && at + 2 < text.size(); at += 3)
    for (auto i : {at + 1, at + 2})
      if (text[i] >= 'A' && text[i] <= 'F') text[i] = char(text[i] + 32);
  return text;
}

/// base64 of the secret wherever it begins in what was encoded: of three alignments the characters that depend on it alone.
std::vector<std::string> base64_cores(const std::string& secret) {
  std::vector<std::string> out;
  for (std::size_t shift = 0; shift < 3; ++shift) {
    auto text = to_base64(std::string(shift, 'x') + secret);
    while (text.ends_with('=')) text.pop_back();
    const auto first = (shift * 8 + 5) / 6, whole = (shift + secret.size()) * 8 / 6;  // characters made of the secret's bits alone
    if (whole <= first + 4) continue;
    auto core = text.substr(first, whole - first);
    out.push_back(core);
    for (auto& c : core) c = c == '+' ? '-' : c == '/' ? '_' : c;
    if (core != out.back()) out.push_back(core);
  }
  return out;
}

/// Where `needle` ends in the text when it begins at `at`, line breaks within it not counted; npos when it does not stand there.
std::size_t end_of(std::string_view text, std::size_t at, std::string_view needle) {
  for (std::size_t i = 0; i < needle.size();) {
    if (at == text.size()) return std::string_view::npos;
    if (text[at] == needle[i])
      ++at, ++i;
    else if (i > 0 && (text[at] == '\n' || text[at] == '\r'))
      ++at;
    else
      return std::string_view::npos;
  }
  return at;
}

}  // namespace

void StrikeOut::used(const std::string& secret) {
  if (!secret.empty()) add(secret);
}
void StrikeOut::known(const std::string& secret) {
  if (secret.size() >= 4) add(secret);
}

void StrikeOut::add(const std::string& secret) {
  auto all = base64_cores(secret);
  const auto hex = to_hex(secret), encoded = percent_encode(secret);
  auto escaped = json::dump(json::Value(boost::json::string(secret)));
  escaped = escaped.substr(1, escaped.size() - 2);
  std::string slashed;  // "\/", as some writers of JSON do
  for (const char c : escaped) slashed += c == '/' ? std::string("\\/") : std::string(1, c);
  all.insert(all.end(), {secret, encoded, lower_escapes(encoded), escaped, slashed});
  if (secret.size() >= 4) all.insert(all.end(), {hex, upper(hex)});
  for (auto& needle : all)
    if (!needle.empty() && std::find(needles_.begin(), needles_.end(), needle) == needles_.end()) needles_.push_back(std::move(needle));
  std::stable_sort(needles_.begin(), needles_.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

std::string StrikeOut::from(std::string text) const {
  for (const auto& needle : needles_)
    for (std::size_t at = 0; (at = text.find(needle[0], at)) != std::string::npos;) {
      const auto end = end_of(text, at, needle);
      if (end == std::string_view::npos) {
        ++at;
        continue;
      }
      text.replace(at, end - at, "***");
      at += 3;
    }
  return text;
}

}  // namespace evenkeel::steps
