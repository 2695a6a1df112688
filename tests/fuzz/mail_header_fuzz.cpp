// Whatever text comes in, a mail's header stays a header: ASCII, short lines, nothing that starts a new field.
#include <cstdlib>

#include "integrations/smtp/mail.hpp"

using namespace evenkeel::integrations;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  const auto header = "Subject: " + header_text(text, 9);
  for (std::size_t at = 0; at < header.size();) {
    const auto end = std::min(header.find("\r\n", at), header.size());
    const auto line = header.substr(at, end - at);
    if (line.size() > 76 || (at > 0 && line.front() != ' ')) std::abort();
    for (const char c : line)
      if (static_cast<unsigned char>(c) >= 0x7f || static_cast<unsigned char>(c) < 0x20) std::abort();
    at = end + 2;
  }
  const auto mail = build_mail({.from = {"a@example.org", text},
                                .to = {{"b@example.org", text}},
                                .subject = text,
                                .text = text,
                                .html = text,
                                .message_id = "x@y",
                                .attachments = {{text, text, text}}});
  if (!mail) std::abort();
  const auto head = mail->substr(0, mail->find("\r\n\r\n"));
  int fields = 0;
  for (std::size_t at = 0; at != std::string::npos; at = head.find("\r\n", at)) {
    if (at) at += 2;
    if (at < head.size() && head[at] != ' ') ++fields;
  }
  if (fields != 8 || mail->find('\0') != std::string::npos) std::abort();
  build_mail({.from = {text}, .to = {{text}}, .reply_to = text, .message_id = text, .in_reply_to = text, .unsubscribe_url = text});
  return 0;
}
