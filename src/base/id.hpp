// Public ids: a prefix that names the kind and a UUIDv7 (RFC 9562), e.g. "rel_0192f3c4-...". They sort by time of making.
#pragma once
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/result.hpp"
#include "base/time.hpp"

namespace evenkeel {

/// 36 characters, version 7: 48 bits of `now` in milliseconds, the rest random (monotonic inside one process and millisecond).
std::string make_uuid(SysTime now);

/// A typed id. T is a tag: `Id<Release>` and `Id<Change>` neither mix nor compare. The text is the whole public id, prefix included; it is
/// read as text wherever text is wanted, and text becomes an id only by saying so: `Id<Release>{text}`.
template <class T>
struct Id {
  std::string text;

  Id() = default;
  explicit Id(std::string from) : text(std::move(from)) {}
  bool empty() const { return text.empty(); }
  operator const std::string&() const { return text; }

  friend bool operator==(const Id&, const Id&) = default;
  friend auto operator<=>(const Id&, const Id&) = default;
  friend bool operator==(const Id& a, const std::string& b) { return a.text == b; }
  friend bool operator==(const Id& a, const char* b) { return a.text == b; }
  friend std::string operator+(const Id& a, const std::string& b) { return a.text + b; }
  friend std::string operator+(const std::string& a, const Id& b) { return a + b.text; }
  friend std::string operator+(const Id& a, const char* b) { return a.text + b; }
  friend std::string operator+(const char* a, const Id& b) { return a + b.text; }
};

/// An id that nothing has yet; it becomes the id of what it is given to.
struct NewId {
  std::string text;

  operator const std::string&() const { return text; }
  template <class T>
  operator Id<T>() const {
    return Id<T>{text};
  }
};

/// `make_id("rel", now)` -> "rel_<uuid>".
std::string make_id(std::string_view prefix, SysTime now);

}  // namespace evenkeel

template <class T>
struct fmt::formatter<evenkeel::Id<T>> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const evenkeel::Id<T>& id, Context& context) const {
    return fmt::formatter<std::string_view>::format(id.text, context);
  }
};
