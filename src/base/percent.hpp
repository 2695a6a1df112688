// Percent-encoding (RFC 3986, section 2.1).
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace evenkeel {

/// "%41" -> "A"; none when an escape is broken. plus_is_space for queries and forms.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
/// Everything but letters, digits and -._~ is escaped.
std::string percent_encode(std::string_view text);

}  // namespace evenkeel
