#include "integrations/samples/json_points.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/json.hpp"
#include "base/utf8.hpp"

namespace evenkeel::samples {
namespace {

constexpr std::size_t most_points = 1'000'000;

/// "~1" is "/", "~0" is "~".
std::string unescaped(std::string_view segment) {
  std::string out;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] == '~' && i + 1 < segment.size() && (segment[i + 1] == '0' || segment[i + 1] == '1'))
      out += segment[++i] == '0' ? '~' : '/';
    else
      out += segment[i];
  }
  return out;
}

std::vector<std::string> segments_of(std::string_view pointer) {
  std::vector<std::string> out;
  while (pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const auto slash = pointer.find('/');
    out.push_back(unescaped(pointer.substr(0, slash)));
    pointer = slash == std::string_view::npos ? "" : pointer.substr(slash);
  }
  return out;
}

/// What one pointer leads to, in order; a null where an element under `*` has nothing there. False: there is nothing before any `*`.
struct Walk {
  const std::vector<std::string>& segments;
  std::vector<const json::Value*> found = {};
  bool leads_somewhere = true;

  void go(const json::Value& at, std::size_t depth, bool below_all) {
    if (found.size() > most_points) return;
    if (depth == segments.size()) {
      found.push_back(&at);
      return;
    }
    const auto& name = segments[depth];
    if (name == "*" && at.is_array()) {
      for (const auto& item : at.get_array()) go(item, depth + 1, true);
      return;
    }
    if (name == "*" && at.is_object()) {
      for (const auto& [key, value] : at.get_object()) go(value, depth + 1, true);
      return;
    }
    const json::Value* next = nullptr;
    if (at.is_object()) next = at.get_object().if_contains(name);
    if (at.is_array() && !name.empty() && name.size() < 8 && name.find_first_not_of("0123456789") == std::string::npos)
      next = at.get_array().if_contains(std::stoul(name));
    if (next)
      go(*next, depth + 1, below_all);
    else if (below_all)
      found.push_back(nullptr);
    else
      leads_somewhere = false;
  }
};

std::optional<SysTime> time_from(const json::Value& v) {
  if (v.is_string()) return time_of(std::string_view(v.get_string()));
  if (v.is_number()) return time_of(v.to_number<double>());
  return std::nullopt;
}
std::optional<double> value_from(const json::Value* v) {
  if (!v || v->is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (v->is_number()) return v->to_number<double>();
  if (v->is_bool()) return v->get_bool() ? 1 : 0;
  if (v->is_string()) return number_of(std::string_view(v->get_string()));
  return std::nullopt;
}
std::string shown(const json::Value& v) { return clean_text(json::dump(v), 40); }

}  // namespace

Result<std::vector<Sample>> parse_json_points(std::string_view body, std::string_view times, std::string_view values) {
  const auto document = json::parse(body);
  if (!document) return invalid("the answer is not JSON: " + document.error().message);
  const auto time_segments = segments_of(times), value_segments = segments_of(values);
  Walk at{time_segments}, of{value_segments};
  at.go(*document, 0, false), of.go(*document, 0, false);
  for (const auto& [walk, pointer] : {std::pair{&at, times}, std::pair{&of, values}}) {
    if (!walk->leads_somewhere) return invalid(fmt::format("the answer has nothing at {}", pointer));
    if (walk->found.size() > most_points) return invalid(fmt::format("more than {} points at once; ask for less", most_points));
  }
  if (at.found.size() != of.found.size())
    return invalid(fmt::format("{} leads to {} times and {} to {} values", times, at.found.size(), values, of.found.size()));
  std::vector<Sample> out;
  out.reserve(at.found.size());
  for (std::size_t i = 0; i < at.found.size(); ++i) {
    const auto time = at.found[i] ? time_from(*at.found[i]) : std::nullopt;
    if (!time) return invalid(fmt::format("point {}: {} is no time", i, at.found[i] ? shown(*at.found[i]) : "nothing"));
    const auto value = value_from(of.found[i]);
    if (!value) return invalid(fmt::format("point {}: {} is no number", i, shown(*of.found[i])));
    out.push_back({*time, *value});
  }
  return out;
}

}  // namespace evenkeel::samples
