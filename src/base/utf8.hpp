// Text that came as bytes: databases and readers take UTF-8 alone, and no text may be cut in the middle of a character.
#pragma once
#include <string>
#include <string_view>

namespace evenkeel {

/// Length of the UTF-8 sequence at `at`; 0 when the bytes are none (RFC 3629: no overlong forms, no surrogates).
std::size_t utf8_length(std::string_view text, std::size_t at);

/// At most `most` bytes of it, ending with a whole character. What is no UTF-8, and NUL, which PostgreSQL has no place for, become U+FFFD.
std::string clean_text(std::string_view bytes, std::size_t most = std::string_view::npos);

}  // namespace evenkeel
