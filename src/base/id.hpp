// Public ids: a prefix that names the kind and a UUIDv7 (RFC 9562), e.g. "rel_0192f3c4-...". They sort by time of making.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace evenkeel {

/// 36 characters, version 7: 48 bits of `now` in milliseconds, the rest random (monotonic inside one process and millisecond).
std::string make_uuid(SysTime now);

/// A typed id. T is a tag: `Id<Release>` and `Id<Change>` do not mix. The text is the whole public id, prefix included.
template <class T>
struct Id {
  std::string text;
  bool empty() const { return text.empty(); }
  friend bool operator==(const Id&, const Id&) = default;
  friend auto operator<=>(const Id&, const Id&) = default;
};

/// `make_id("rel", now)` -> "rel_<uuid>".
std::string make_id(std::string_view prefix, SysTime now);

}  // namespace evenkeel
