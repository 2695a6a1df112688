// JSON for described types: one BOOST_DESCRIBE_STRUCT line gives reading, writing and a JSON Schema.
//
// Wire rules. Field and enumerator names are the C++ names; a trailing '_' (enumerators that are C++ keywords) is dropped.
// SysTime is ISO 8601 UTC text; Millis is duration text ("15m"); Id<T> is its text; optional is the value or null.
// Reading: a missing field keeps the default that its member initialiser gives; a member without a (non-empty) default is
// required, except bool, optional, vector and map; a struct with `static constexpr std::string_view required[] = {...}` requires just
// those. Unknown keys are skipped (webhooks grow) or, with Unknown::refuse, each a complaint that names the nearest known key
// (configuration). All complaints are collected, each with its path: "changes[2].tier".
#pragma once
#include <algorithm>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace evenkeel {
BOOST_DESCRIBE_STRUCT(Refusal, (), (rule, value, limit, evidence, next_step, who))
BOOST_DESCRIBE_STRUCT(Complaint, (), (field, message))
}  // namespace evenkeel

namespace evenkeel::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

/// Whole text, nothing after it; at most 32 levels deep, numbers exact for int64. Error: invalid, with the byte offset.
Result<Value> parse(std::string_view text);
/// Compact UTF-8; doubles in their shortest form, NaN and infinities as null. indent > 0: one member a line.
std::string dump(const Value& value, int indent = 0);
/// Compact duration text that parse_duration reads back: "90s", "15m", "24h".
std::string duration_text(Millis d);
/// The member of `known` nearest to `key` by edit distance, when near enough to be a likely slip; else empty.
std::string nearest(std::string_view key, const std::vector<std::string>& known);

enum class Unknown { skip, refuse };

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;
template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

// ---- enums ---------------------------------------------------------------------------------------------------------

inline std::string_view wire_name(std::string_view name) {
  if (name.ends_with('_')) name.remove_suffix(1);
  return name;
}
template <DescribedEnum E>
std::string_view enum_text(E value) {
  std::string_view text = "?";
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
    if (d.value == value) text = wire_name(d.name);
  });
  return text;
}
template <DescribedEnum E>
std::vector<std::string> enum_texts() {
  std::vector<std::string> all;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) { all.emplace_back(wire_name(d.name)); });
  return all;
}
template <DescribedEnum E>
Result<E> enum_from(std::string_view text) {
  std::optional<E> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
    if (wire_name(d.name) == text) found = d.value;
  });
  if (found) return *found;
  std::string known;
  for (const auto& k : enum_texts<E>()) known += (known.empty() ? "" : ", ") + k;
  return invalid("unknown value '" + std::string(text.substr(0, 80)) + "'; expected one of " + known);
}

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_map : std::false_type {};
template <class T>
struct is_map<std::map<std::string, T>> : std::true_type {};
template <class T>
struct is_id : std::false_type {};
template <class T>
struct is_id<Id<T>> : std::true_type {};

// ---- writing -------------------------------------------------------------------------------------------------------

template <class T>
Value to_value(const T& in) {
  if constexpr (std::is_same_v<T, Value> || std::is_same_v<T, Object> || std::is_same_v<T, Array>)
    return in;
  else if constexpr (std::is_same_v<T, bool>)
    return Value(in);
  else if constexpr (DescribedEnum<T>) {
    const auto t = enum_text(in);
    return boost::json::string(t.data(), t.size());
  } else if constexpr (std::is_integral_v<T>)
    return Value(static_cast<std::int64_t>(in));
  else if constexpr (std::is_floating_point_v<T>)
    return Value(static_cast<double>(in));
  else if constexpr (std::is_same_v<T, SysTime>)
    return boost::json::string(to_iso(in));
  else if constexpr (std::is_same_v<T, Millis>)
    return boost::json::string(duration_text(in));
  else if constexpr (is_id<T>::value)
    return boost::json::string(in.text);
  else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    const std::string_view t = in;
    return boost::json::string(t.data(), t.size());
  } else if constexpr (is_optional<T>::value)
    return in ? to_value(*in) : Value(nullptr);
  else if constexpr (is_vector<T>::value) {
    Array out;
    out.reserve(in.size());
    for (const auto& item : in) out.push_back(to_value(item));
    return out;
  } else if constexpr (is_map<T>::value) {
    Object out;
    for (const auto& [key, item] : in) out.emplace(key, to_value(item));
    return out;
  } else if constexpr (Described<T>) {
    Object out;
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>>(
        [&](auto d) { out.emplace(wire_name(d.name), to_value(in.*d.pointer)); });
    return out;
  } else
    static_assert(sizeof(T) == 0, "not a described type: add BOOST_DESCRIBE_STRUCT outside the struct");
}
template <class T>
std::string write(const T& in, int indent = 0) {
  return dump(to_value(in), indent);
}

// ---- reading -------------------------------------------------------------------------------------------------------

struct Reader {
  Unknown unknown = Unknown::skip;
  const std::map<std::string, std::string>* plain =
      nullptr;  // YAML: how a plain scalar was written, by path, so that `version: 1.10` can be text
  std::vector<Complaint> complaints = {};
  void complain(const std::string& path, std::string message) { complaints.push_back({path, std::move(message)}); }
};

template <class T>
constexpr bool may_be_missing() {
  return std::is_same_v<T, bool> || is_optional<T>::value || is_vector<T>::value || is_map<T>::value || std::is_same_v<T, Value> ||
         std::is_same_v<T, Object>;
}
template <class T>
bool has_all_defaults();
template <class T>
bool has_default(const T& initial) {
  if constexpr (may_be_missing<T>())
    return true;
  else if constexpr (Described<T>)
    return has_all_defaults<T>();
  else
    return !(initial == T{});
}

/// Whether the member `name` of T, whose initial value is given, may be left out.
template <class T, class F>
bool is_required(std::string_view name, const F& initial) {
  if constexpr (requires { T::required; })
    return std::find(std::begin(T::required), std::end(T::required), name) != std::end(T::required);
  else
    return !has_default(initial);
}
/// A described member may be missing when each of its own members may.
template <class T>
bool has_all_defaults() {
  const T initial{};
  bool all = true;
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>>(
      [&](auto d) { all = all && !is_required<T>(wire_name(d.name), initial.*d.pointer); });
  return all;
}

std::string kind_name(const Value& value);

template <class T>
void read(Reader& r, const std::string& path, const Value& in, T& out) {
  const auto expected = [&](const char* what) { r.complain(path, std::string("expected ") + what + ", found " + kind_name(in)); };
  if constexpr (std::is_same_v<T, Value>)
    out = in;
  else if constexpr (std::is_same_v<T, Object>) {
    if (in.is_object())
      out = in.get_object();
    else
      expected("an object");
  } else if constexpr (std::is_same_v<T, bool>) {
    if (in.is_bool())
      out = in.get_bool();
    else
      expected("true or false");
  } else if constexpr (DescribedEnum<T>) {
    if (!in.is_string()) return expected("text");
    auto e = enum_from<T>(in.get_string());
    if (e)
      out = *e;
    else
      r.complain(path, e.error().message);
  } else if constexpr (std::is_integral_v<T>) {
    if (in.is_int64() && std::in_range<T>(in.get_int64()))
      out = static_cast<T>(in.get_int64());
    else if (in.is_uint64() && std::in_range<T>(in.get_uint64()))
      out = static_cast<T>(in.get_uint64());
    else
      expected("a whole number");
  } else if constexpr (std::is_floating_point_v<T>) {
    if (in.is_number())
      out = in.to_number<double>();
    else
      expected("a number");
  } else if constexpr (std::is_same_v<T, SysTime>) {
    if (!in.is_string()) return expected("a time such as \"2026-03-01T14:00:00Z\"");
    auto t = parse_time(in.get_string());
    if (t)
      out = *t;
    else
      r.complain(path, t.error().message);
  } else if constexpr (std::is_same_v<T, Millis>) {
    if (!in.is_string()) return expected("a duration such as \"15m\"");
    auto d = parse_duration(in.get_string());
    if (d)
      out = *d;
    else
      r.complain(path, d.error().message);
  } else if constexpr (is_id<T>::value) {
    if (in.is_string())
      out.text = in.get_string().c_str();
    else
      expected("text");
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!in.is_string() && r.plain && r.plain->contains(path)) {
      out = r.plain->at(path);
      return;
    }
    if (!in.is_string()) return expected("text");
    out.assign(in.get_string().data(), in.get_string().size());
    if (out.find('\0') != std::string::npos) r.complain(path, "text must not hold a NUL character");  // PostgreSQL cannot store one
  } else if constexpr (is_optional<T>::value) {
    if (in.is_null())
      out.reset();
    else
      read(r, path, in, out.emplace());
  } else if constexpr (is_vector<T>::value) {
    if (!in.is_array()) return expected("a list");
    out.clear();
    for (std::size_t i = 0; i < in.get_array().size(); ++i) {
      typename T::value_type item{};
      read(r, path + "[" + std::to_string(i) + "]", in.get_array()[i], item);
      out.push_back(std::move(item));
    }
  } else if constexpr (is_map<T>::value) {
    if (!in.is_object()) return expected("an object");
    out.clear();
    for (const auto& [key, item] : in.get_object())
      read(r, (path.empty() ? "" : path + ".") + std::string(key), item, out[std::string(key)]);
  } else if constexpr (Described<T>) {
    if (!in.is_object()) return expected("an object");
    std::vector<std::string> known;
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>>(
        [&](auto d) {
          const std::string name{wire_name(d.name)};
          known.push_back(name);
          const std::string field = path.empty() ? name : path + "." + name;
          if (const auto* member = in.get_object().if_contains(name))
            read(r, field, *member, out.*d.pointer);
          else if (is_required<T>(name, out.*d.pointer))
            r.complain(field, "required");
        });
    if (r.unknown == Unknown::refuse)
      for (const auto& [key, item] : in.get_object())
        if (std::find(known.begin(), known.end(), std::string_view(key.data(), key.size())) == known.end()) {
          const std::string name{key};
          const auto near = nearest(name, known);
          r.complain(path.empty() ? name : path + "." + name,
                     "unknown key '" + name + "'" + (near.empty() ? "" : "; did you mean '" + near + "'?"));
        }
  } else
    static_assert(sizeof(T) == 0, "not a described type: add BOOST_DESCRIBE_STRUCT outside the struct");
}

/// The value as a T. Error: invalid, with one complaint for each thing that is wrong.
template <class T>
Result<T> from_value(const Value& in, Unknown unknown = Unknown::skip) {
  Reader r{unknown};
  T out{};
  read(r, "", in, out);
  if (r.complaints.empty()) return out;
  const auto& first = r.complaints.front();
  Error error{
      ErrorKind::invalid, (first.field.empty() ? "" : first.field + ": ") + first.message, first.field, std::move(r.complaints), {}};
  return std::unexpected(std::move(error));
}
template <class T>
Result<T> read_text(std::string_view text, Unknown unknown = Unknown::skip) {
  auto value = parse(text);
  if (!value) return std::unexpected(value.error());
  return from_value<T>(*value, unknown);
}

// ---- JSON Schema (2020-12; also OpenAPI 3.1 components) ----------------------------------------------------------------

/// "evenkeel::planning::Release" -> "Release".
std::string short_type_name(const char* mangled);

template <class T>
Value schema(Object& components) {
  if constexpr (std::is_same_v<T, Value>)
    return Object{};
  else if constexpr (std::is_same_v<T, Object>)
    return Object{{"type", "object"}};
  else if constexpr (std::is_same_v<T, bool>)
    return Object{{"type", "boolean"}};
  else if constexpr (DescribedEnum<T>) {
    Array names;
    for (const auto& n : enum_texts<T>()) names.push_back(boost::json::string(n));
    return Object{{"type", "string"}, {"enum", names}};
  } else if constexpr (std::is_integral_v<T>)
    return Object{{"type", "integer"}};
  else if constexpr (std::is_floating_point_v<T>)
    return Object{{"type", "number"}};
  else if constexpr (std::is_same_v<T, SysTime>)
    return Object{{"type", "string"}, {"format", "date-time"}};
  else if constexpr (std::is_same_v<T, Millis>)
    return Object{{"type", "string"}, {"pattern", "^([0-9]+(ms|s|m|h|d|w))+$"}, {"examples", Array{"15m"}}};
  else if constexpr (is_id<T>::value || std::is_same_v<T, std::string>)
    return Object{{"type", "string"}};
  else if constexpr (is_optional<T>::value) {
    auto inner = schema<typename T::value_type>(components);
    return Object{{"anyOf", Array{inner, Object{{"type", "null"}}}}};
  } else if constexpr (is_vector<T>::value)
    return Object{{"type", "array"}, {"items", schema<typename T::value_type>(components)}};
  else if constexpr (is_map<T>::value)
    return Object{{"type", "object"}, {"additionalProperties", schema<typename T::mapped_type>(components)}};
  else if constexpr (Described<T>) {
    const auto name = short_type_name(typeid(T).name());
    if (!components.contains(name)) {
      components[name] = Object{};  // stops recursion
      Object properties;
      Array required;
      const T initial{};
      boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>>(
          [&](auto d) {
            using F = std::remove_cvref_t<decltype(initial.*d.pointer)>;
            const std::string field{wire_name(d.name)};
            auto s = schema<F>(components);
            if (is_required<T>(field, initial.*d.pointer)) required.push_back(boost::json::string(field));
            properties[field] = std::move(s);
          });
      Object all{{"type", "object"}, {"properties", std::move(properties)}};
      if (!required.empty()) all["required"] = std::move(required);
      components[name] = std::move(all);
    }
    return Object{{"$ref", "#/components/schemas/" + name}};
  } else
    static_assert(sizeof(T) == 0, "not a described type");
}

}  // namespace evenkeel::json
