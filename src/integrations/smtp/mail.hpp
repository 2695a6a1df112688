// An e-mail as bytes (RFC 5322, 2045, 2047). Pure: the caller gives the Message-ID and the time, so that the same mail has the
// same bytes on every attempt and a receiver sees one.
#pragma once
#include "capabilities/mail.hpp"

namespace evenkeel::integrations {

using capabilities::Attachment;
using capabilities::is_address;
using capabilities::Mail;
using capabilities::Mailbox;

/// The whole message with CRLF lines. Error: invalid, with a complaint for each address or id that is not one.
/// Text that goes into a header cannot end it: control characters become spaces before anything is encoded.
Result<std::string> build_mail(const Mail& mail);

/// Text for a header: as it is when plain and short, else RFC 2047 encoded words of UTF-8, folded.
/// `column`: characters already on the line.
std::string header_text(std::string_view text, std::size_t column = 0);
/// RFC 2045 quoted-printable with CRLF lines of at most 76.
std::string quoted_printable(std::string_view text);

}  // namespace evenkeel::integrations
