// Canonical bytes: what every hash is taken over. A field is its length (four bytes, big-endian) and its bytes, so that no two lists of
// fields give the same bytes. Written field by field, never by a serialiser: renaming a member in the code cannot change a hash.
#pragma once
#include <string>
#include <string_view>

namespace evenkeel {

inline void put_field(std::string& bytes, std::string_view field) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(field.size() >> shift);
  bytes += field;
}

}  // namespace evenkeel
