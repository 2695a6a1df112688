#include "base/semver.hpp"

#include <fmt/format.h>

namespace evenkeel {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_identifier_char(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; }
bool all_digits(std::string_view s) { return std::all_of(s.begin(), s.end(), is_digit); }

/// Why `identifier` may not stand between the dots of a pre-release or of build metadata; empty when it may.
std::string fault_of_identifier(std::string_view identifier, std::string_view where) {
  if (identifier.empty()) return fmt::format("an identifier of the {} is empty", where);
  for (const char c : identifier)
    if (!is_identifier_char(c))
      return fmt::format("'{}' is not allowed in the {} (letters, digits and '-' are)", std::string_view(&c, 1), where);
  if (where == "pre-release" && all_digits(identifier) && identifier.size() > 1 && identifier[0] == '0')
    return fmt::format("the number '{}' of the pre-release has a leading zero", identifier);
  return {};
}

std::vector<std::string_view> split_dots(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0;;) {
    const auto dot = text.find('.', from);
    parts.push_back(text.substr(from, dot - from));
    if (dot == std::string_view::npos) return parts;
    from = dot + 1;
  }
}

/// Numbers as text: without leading zeros the longer one is larger.
std::weak_ordering compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

std::weak_ordering compare_identifiers(std::string_view a, std::string_view b) {
  const bool a_number = all_digits(a), b_number = all_digits(b);
  if (a_number && b_number) return compare_numbers(a, b);
  if (a_number != b_number) return a_number ? std::weak_ordering::less : std::weak_ordering::greater;
  return a.compare(b) <=> 0;
}

std::string plus_one(std::string number) {
  for (auto digit = number.rbegin(); digit != number.rend(); ++digit) {
    if (*digit != '9') return ++*digit, number;
    *digit = '0';
  }
  return "1" + number;
}

}  // namespace

Result<SemVer> parse_semver(std::string_view text) {
  const auto wrong = [&](const std::string& why) { return invalid(fmt::format("'{}' is not a semantic version: {}", text, why)); };
  if (text.empty()) return invalid("'' is not a semantic version: it is empty");
  if ((text[0] == 'v' || text[0] == 'V') && text.size() > 1 && is_digit(text[1])) return wrong("leave out the leading 'v'");

  SemVer version{.text = std::string(text)};
  std::string_view rest = text;
  if (const auto plus = rest.find('+'); plus != std::string_view::npos) {
    version.build = rest.substr(plus + 1);
    rest = rest.substr(0, plus);
    for (const auto part : split_dots(version.build))
      if (const auto fault = fault_of_identifier(part, "build metadata"); !fault.empty()) return wrong(fault);
  }
  if (const auto dash = rest.find('-'); dash != std::string_view::npos) {
    for (const auto part : split_dots(rest.substr(dash + 1))) {
      if (const auto fault = fault_of_identifier(part, "pre-release"); !fault.empty()) return wrong(fault);
      version.prerelease.emplace_back(part);
    }
    rest = rest.substr(0, dash);
  }
  const auto numbers = split_dots(rest);
  static constexpr const char* names[] = {"major", "minor", "patch"};
  for (std::size_t i = 0; i < numbers.size() && i < 3; ++i) {
    if (numbers[i].empty()) return wrong(fmt::format("the {} number is missing", names[i]));
    if (!all_digits(numbers[i])) return wrong(fmt::format("the {} number '{}' is not a number", names[i], numbers[i]));
    if (numbers[i].size() > 1 && numbers[i][0] == '0')
      return wrong(fmt::format("the {} number '{}' has a leading zero", names[i], numbers[i]));
  }
  if (numbers.size() != 3) return wrong(fmt::format("it needs three numbers, MAJOR.MINOR.PATCH, and has {}", numbers.size()));
  version.major = numbers[0];
  version.minor = numbers[1];
  version.patch = numbers[2];
  return version;
}

std::weak_ordering compare(const SemVer& a, const SemVer& b) {
  for (const auto part : {&SemVer::major, &SemVer::minor, &SemVer::patch})
    if (const auto order = compare_numbers(a.*part, b.*part); order != 0) return order;
  if (a.prerelease.empty() || b.prerelease.empty())
    return a.prerelease.empty() <=> b.prerelease.empty();  // a release follows its pre-releases
  for (std::size_t i = 0; i < a.prerelease.size() && i < b.prerelease.size(); ++i)
    if (const auto order = compare_identifiers(a.prerelease[i], b.prerelease[i]); order != 0) return order;
  return a.prerelease.size() <=> b.prerelease.size();
}

std::string next_version(const SemVer& from, Bump bump) {
  const bool pending = !from.prerelease.empty();
  if (bump == Bump::major && !(pending && from.minor == "0" && from.patch == "0")) return plus_one(from.major) + ".0.0";
  if (bump == Bump::minor && !(pending && from.patch == "0")) return from.major + "." + plus_one(from.minor) + ".0";
  if (bump == Bump::patch && !pending) return from.major + "." + from.minor + "." + plus_one(from.patch);
  if (bump == Bump::none && pending) return from.text;
  return from.major + "." + from.minor + "." + from.patch;
}

}  // namespace evenkeel
