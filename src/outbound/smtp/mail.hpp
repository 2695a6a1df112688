// An e-mail as bytes (RFC 5322, 2045, 2047). Pure: the caller gives the Message-ID and the time, so that the same mail has the
// same bytes on every attempt and a receiver sees one.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace evenkeel::outbound {

struct Mailbox {
  std::string address;
  std::string name = {};
};
struct Attachment {
  std::string file_name, content_type, bytes;
};

struct Mail {
  Mailbox from = {};
  std::vector<Mailbox> to = {};
  std::string reply_to = {};  // address; empty: none
  std::string subject = {};
  std::string text = {};
  std::string html = {};             // empty: text only
  std::string message_id = {};       // without angle brackets, "dlv_0192...@evenkeel.example"
  std::string in_reply_to = {};      // message id of the mail that this one follows; keeps a conversation together
  std::string unsubscribe_url = {};  // https: also announced as one-click (RFC 8058)
  SysTime date = {};
  std::vector<Attachment> attachments = {};
};

/// The whole message with CRLF lines. Error: invalid, with a complaint for each address or id that is not one.
/// Text that goes into a header cannot end it: control characters become spaces before anything is encoded.
Result<std::string> build_mail(const Mail& mail);

/// Text for a header: as it is when plain and short, else RFC 2047 encoded words of UTF-8, folded.
/// `column`: characters already on the line.
std::string header_text(std::string_view text, std::size_t column = 0);
/// ASCII local@domain without spaces, control characters, commas or angle brackets, at most 254 long.
bool is_address(std::string_view address);
/// RFC 2045 quoted-printable with CRLF lines of at most 76.
std::string quoted_printable(std::string_view text);

}  // namespace evenkeel::outbound
