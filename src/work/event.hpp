// Events: what the entries of the ledger say, as types. An area declares its own in `<area>/events.hpp`:
//
//   struct ComponentConfirmed {
//     static constexpr std::string_view kind = "component.confirmed";
//     std::string service;
//   };
//   BOOST_DESCRIBE_STRUCT(ComponentConfirmed, (), (service))
//
//   record(work, ComponentConfirmed{.service = name}, {.subject = component.id, .release = release.id});
//
// The members are the entry's facts, by name and in order. The names are frozen (docs/reference/events.md, kept by a test): an entry that
// was written stays readable, and packs tell the same story. A fact holds no personal data and no free text.
#pragma once
#include <concepts>

#include "work/work.hpp"

namespace evenkeel {

template <class E>
concept Event = json::Described<E> && requires {
  { E::kind } -> std::convertible_to<std::string_view>;
};

using Facts = std::vector<std::pair<std::string, std::string>>;

/// What an entry is about: the object, the release it belongs to, and the insert-only rows, by table and id, that it seals.
struct About {
  std::string subject;
  std::string release = {};
  Facts seals = {};
};

namespace event_fact {

/// A fact as it is written: a number in decimal, a word of a closed set by its spelling, a time as ISO 8601, yes or no.
template <class T>
std::string text(const T& value) {
  if constexpr (std::is_same_v<T, bool>)
    return value ? "yes" : "no";
  else if constexpr (json::DescribedEnum<T>)
    return std::string(json::enum_text(value));
  else if constexpr (std::is_integral_v<T>)
    return std::to_string(value);
  else if constexpr (std::is_same_v<T, SysTime>)
    return to_iso(value);
  else
    return value;
}

/// Throws std::runtime_error for a spelling that is not understood: it is never taken for something else.
template <class T>
T read(std::string_view name, const std::string& text) {
  const auto value = [&]() -> Result<T> {
    if constexpr (std::is_same_v<T, bool>)
      return text == "yes" ? Result<T>(true) : text == "no" ? Result<T>(false) : invalid("neither yes nor no");
    else if constexpr (json::DescribedEnum<T>)
      return json::enum_from<T>(text);
    else if constexpr (std::is_integral_v<T>)
      return json::read_text<T>(text);
    else if constexpr (std::is_same_v<T, SysTime>)
      return parse_time(text);
    else
      return text;
  }();
  if (!value) throw std::runtime_error(fmt::format("fact {} '{}' of an entry: {}", name, text, value.error().message));
  return *value;
}

template <class E>
using Members = boost::describe::describe_members<E, boost::describe::mod_public | boost::describe::mod_inherited>;

}  // namespace event_fact

/// An optional that is empty is left out; a member of type Facts is written as the facts that it holds.
template <Event E>
Facts facts_of(const E& event) {
  Facts out;
  boost::mp11::mp_for_each<event_fact::Members<E>>([&](auto d) {
    const auto& value = event.*d.pointer;
    using F = std::remove_cvref_t<decltype(value)>;
    const std::string name{json::wire_name(d.name)};
    if constexpr (std::is_same_v<F, Facts>)
      out.insert(out.end(), value.begin(), value.end());
    else if constexpr (json::is_optional<F>::value) {
      if (value) out.emplace_back(name, event_fact::text(*value));
    } else
      out.emplace_back(name, event_fact::text(value));
  });
  return out;
}

/// Enters the event into the ledger at the end of this work.
template <Event E>
void record(Work& work, const E& event, About about) {
  work.enter({.kind = std::string(E::kind),
              .subject = std::move(about.subject),
              .release = std::move(about.release),
              .facts = facts_of(event),
              .seals = std::move(about.seals)});
}

/// The entry as this event; none when it is of another kind. A fact that an older version did not write yet has its default.
template <Event E>
std::optional<E> as(const ledger::Entry& entry) {
  if (entry.kind != E::kind) return {};
  E event{};
  boost::mp11::mp_for_each<event_fact::Members<E>>([&](auto d) {
    auto& value = event.*d.pointer;
    using F = std::remove_cvref_t<decltype(value)>;
    if constexpr (!std::is_same_v<F, Facts>)
      for (const auto& [name, text] : entry.facts) {
        if (name != json::wire_name(d.name)) continue;
        if constexpr (json::is_optional<F>::value)
          value = event_fact::read<typename F::value_type>(name, text);
        else
          value = event_fact::read<F>(name, text);
        return;
      }
  });
  return event;
}

template <Event... E>
bool is(const ledger::Entry& entry) {
  return ((entry.kind == E::kind) || ...);
}

/// The kinds of these events, for a subscriber.
template <Event... E>
std::vector<std::string> kinds() {
  return {std::string(E::kind)...};
}

}  // namespace evenkeel
