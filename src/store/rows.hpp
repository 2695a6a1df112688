// Rows as described structs: `insert`, `all`, `one`, `update` read the columns off BOOST_DESCRIBE_STRUCT, so a field is written once.
// Column text: enums by name, SysTime and Millis as int64 milliseconds, bool as 0/1, Id as text, optional as NULL (of an
// enum as empty text), and vectors, maps and described members as JSON text.
#pragma once
#include <string>
#include <vector>

#include "base/json.hpp"
#include "store/database.hpp"

namespace evenkeel::store {

template <class T>
struct is_optional_enum : std::false_type {};
template <json::DescribedEnum E>
struct is_optional_enum<std::optional<E>> : std::true_type {};

template <class T>
Value to_column(const T& in) {
  if constexpr (is_optional_enum<T>::value)
    return in ? std::string(json::enum_text(*in)) : std::string();
  else if constexpr (json::is_optional<T>::value)
    return in ? to_column(*in) : Value(nullptr);
  else if constexpr (std::is_same_v<T, bool>)
    return std::int64_t{in};
  else if constexpr (json::DescribedEnum<T>)
    return std::string(json::enum_text(in));
  else if constexpr (std::is_integral_v<T>)
    return static_cast<std::int64_t>(in);
  else if constexpr (std::is_floating_point_v<T>)
    return static_cast<double>(in);
  else if constexpr (std::is_same_v<T, SysTime>)
    return to_millis(in);
  else if constexpr (std::is_same_v<T, Millis>)
    return std::int64_t{in.count()};
  else if constexpr (json::is_id<T>::value)
    return in.text;
  else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, Blob>)
    return in;
  else
    return json::write(in);
}

/// Throws DatabaseError when a stored value does not fit its type: the data were changed by another hand.
template <class T>
void from_column(const Value& in, T& out) {
  if constexpr (json::is_optional<T>::value) {
    const auto* text = is_optional_enum<T>::value ? std::get_if<std::string>(&in) : nullptr;
    if (std::holds_alternative<std::nullptr_t>(in) || (text && text->empty()))
      out.reset();
    else
      from_column(in, out.emplace());
  } else if (std::holds_alternative<std::nullptr_t>(in))
    out = T{};
  else if constexpr (std::is_same_v<T, bool>)
    out = std::get<std::int64_t>(in) != 0;
  else if constexpr (json::DescribedEnum<T>) {
    auto e = json::enum_from<T>(std::get<std::string>(in));
    if (!e) throw DatabaseError(Fault::other, "stored value: " + e.error().message);
    out = *e;
  } else if constexpr (std::is_integral_v<T>)
    out = static_cast<T>(std::get<std::int64_t>(in));
  else if constexpr (std::is_floating_point_v<T>)
    out = std::holds_alternative<double>(in) ? std::get<double>(in) : static_cast<double>(std::get<std::int64_t>(in));
  else if constexpr (std::is_same_v<T, SysTime>)
    out = from_millis(std::get<std::int64_t>(in));
  else if constexpr (std::is_same_v<T, Millis>)
    out = Millis{std::get<std::int64_t>(in)};
  else if constexpr (json::is_id<T>::value)
    out.text = std::get<std::string>(in);
  else if constexpr (std::is_same_v<T, std::string>)
    out = std::get<std::string>(in);
  else if constexpr (std::is_same_v<T, Blob>)
    out = std::get<Blob>(in);
  else {
    auto read = json::read_text<T>(std::get<std::string>(in));
    if (!read) throw DatabaseError(Fault::other, "stored JSON: " + read.error().message);
    out = std::move(*read);
  }
}

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T>
const std::string& columns() {
  static const std::string text = [] {
    std::string out;
    boost::mp11::mp_for_each<Members<T>>([&](auto d) { out += (out.empty() ? "" : ", ") + std::string(json::wire_name(d.name)); });
    return out;
  }();
  return text;
}

template <class T>
T from_row(const Row& row) {
  T out{};
  std::size_t i = 0;
  boost::mp11::mp_for_each<Members<T>>([&](auto d) { from_column(row.values[i++], out.*d.pointer); });
  return out;
}

/// INSERT of all columns. `tail` may hold an ON CONFLICT clause. Returns rows inserted.
template <class T>
std::int64_t insert(Tx& tx, std::string_view table, const T& row, std::string_view tail = {}) {
  Args args;
  std::string marks;
  boost::mp11::mp_for_each<Members<T>>([&](auto d) {
    args.push_back(to_column(row.*d.pointer));
    marks += (marks.empty() ? "$" : ", $") + std::to_string(args.size());
  });
  return tx.exec("INSERT INTO " + std::string(table) + " (" + columns<T>() + ") VALUES (" + marks + ") " + std::string(tail), args);
}

/// `all<Release>(tx, "release", "WHERE stage = $1 ORDER BY id", {...})`
template <class T>
std::vector<T> all(Tx& tx, std::string_view table, std::string_view tail = {}, const Args& args = {}) {
  std::vector<T> out;
  tx.exec("SELECT " + columns<T>() + " FROM " + std::string(table) + " " + std::string(tail), args,
          [&](const Row& row) { out.push_back(from_row<T>(row)); });
  return out;
}
template <class T>
std::optional<T> one(Tx& tx, std::string_view table, std::string_view tail, const Args& args) {
  auto found = all<T>(tx, table, tail, args);
  if (found.empty()) return {};
  return std::move(found.front());
}

/// UPDATE of every column but `id`, by `id`. Returns rows changed (0: gone).
template <class T>
std::int64_t update(Tx& tx, std::string_view table, const T& row) {
  Args args;
  std::string sets;
  std::string where;
  boost::mp11::mp_for_each<Members<T>>([&](auto d) {
    args.push_back(to_column(row.*d.pointer));
    const auto mark = "$" + std::to_string(args.size());
    const std::string name{json::wire_name(d.name)};
    if (name == "id")
      where = "id = " + mark;
    else
      sets += (sets.empty() ? "" : ", ") + name + " = " + mark;
  });
  return tx.exec("UPDATE " + std::string(table) + " SET " + sets + " WHERE " + where, args);
}

}  // namespace evenkeel::store
