#include "integrations/smtp/mail.hpp"

#include <fmt/format.h>

#include "base/hex.hpp"
#include "http/message.hpp"

namespace evenkeel::integrations {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}
std::string without_controls(std::string_view text) {
  std::string out{text};
  std::replace_if(out.begin(), out.end(), is_control, ' ');
  return out;
}
/// Bytes of the UTF-8 character at `at`; 1 for a broken one, which mail readers show as a replacement sign.
std::size_t character_size(std::string_view text, std::size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  const std::size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
  for (std::size_t i = 1; i < n; ++i)
    if (at + i >= text.size() || (static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80) return 1;
  return n;
}

/// "Team Web" <web@example.org>, the name quoted or encoded as it needs.
std::string mailbox_text(const Mailbox& mailbox, std::size_t column) {
  if (mailbox.name.empty()) return mailbox.address;
  const auto name = without_controls(mailbox.name);
  std::string shown;
  if (is_ascii(name) && name.size() < 60 && !name.contains("=?")) {
    shown = "\"";
    for (const char c : name) shown += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    shown += '"';
  } else
    shown = header_text(name, column);
  return shown + "\r\n <" + mailbox.address + ">";
}

bool is_message_id(std::string_view id) {
  return id.size() <= 250 && id.find('@') != std::string_view::npos && id.front() != '@' && id.back() != '@' && is_ascii(id) &&
         id.find_first_of(" <>()\\\"") == std::string_view::npos && std::none_of(id.begin(), id.end(), is_control);
}

Result<void> check(const Mail& mail) {
  Error error{ErrorKind::invalid, "the mail cannot be sent as it is"};
  const auto complain = [&](std::string field, std::string_view value, const char* what) {
    error.complaints.push_back({std::move(field), fmt::format("'{}' {}", without_controls(value.substr(0, 80)), what)});
  };
  const auto address = [&](std::string field, std::string_view value) {
    if (!is_address(value)) complain(std::move(field), value, "is not an e-mail address");
  };
  address("from", mail.from.address);
  if (mail.to.empty()) complain("to", "", "names nobody");
  for (std::size_t i = 0; i < mail.to.size(); ++i) address(fmt::format("to[{}]", i), mail.to[i].address);
  if (!mail.reply_to.empty()) address("reply_to", mail.reply_to);
  if (mail.message_id.empty() || !is_message_id(mail.message_id))
    complain("message_id", mail.message_id, "is not a message id such as 'dlv_1@example.org'");
  if (!mail.in_reply_to.empty() && !is_message_id(mail.in_reply_to)) complain("in_reply_to", mail.in_reply_to, "is not a message id");
  const auto& url = mail.unsubscribe_url;
  if (!url.empty() && (!(url.starts_with("https://") || url.starts_with("http://")) || !is_ascii(url) || url.size() > 900 ||
                       url.find_first_of(" <>,") != std::string::npos || std::any_of(url.begin(), url.end(), is_control)))
    complain("unsubscribe_url", url, "is not an http or https address");
  if (error.complaints.empty()) return {};
  error.field = error.complaints.front().field;
  error.message += ": " + error.complaints.front().message;
  return std::unexpected(std::move(error));
}

std::string base64_lines(std::string_view bytes) {
  const auto all = to_base64(bytes);
  std::string out;
  for (std::size_t at = 0; at < all.size(); at += 76) out += all.substr(at, 76) + "\r\n";
  return out;
}
/// A parameter value such as a file name: plain characters only, since readers disagree on everything else.
std::string plain_name(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 100))
    out += static_cast<unsigned char>(c) >= 0x80 || is_control(c) || std::string_view("\"\\/;").contains(c) ? '_' : c;
  return out.empty() ? "file" : out;
}
std::string text_part(std::string_view type, std::string_view text) {
  return fmt::format("Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n", type,
                     quoted_printable(text));
}
std::string multipart(std::string_view kind, const std::vector<std::string>& parts, std::string_view seed) {
  std::string boundary;
  const auto taken = [&](const std::string& part) { return part.contains(boundary); };
  for (int i = 0; boundary.empty() || std::any_of(parts.begin(), parts.end(), taken); ++i)
    boundary = "ek-" + to_hex(sha256(fmt::format("{}/{}/{}", kind, seed, i))).substr(0, 32);
  std::string out = fmt::format("Content-Type: multipart/{}; boundary=\"{}\"\r\n\r\n", kind, boundary);
  for (const auto& part : parts) out += fmt::format("--{}\r\n{}", boundary, part);
  return out + fmt::format("--{}--\r\n", boundary);
}

}  // namespace

std::string header_text(std::string_view raw, std::size_t column) {
  const auto text = without_controls(raw);
  if (is_ascii(text) && column + text.size() <= 76 && !text.contains("=?")) return text;
  constexpr std::size_t room = 45;  // bytes that base64 turns into 60 characters: "=?UTF-8?B?" + 60 + "?=" fits 76 with a space
  std::string out, word;
  const auto flush = [&] {
    out += (out.empty() ? "" : "\r\n ") + fmt::format("=?UTF-8?B?{}?=", to_base64(word));
    word.clear();
  };
  std::size_t left = column + 12 + 60 <= 76 ? room : 24;  // the first line is partly taken by the field's name
  for (std::size_t at = 0; at < text.size();) {
    const auto n = character_size(text, at);
    if (word.size() + n > left) {
      flush();
      left = room;
    }
    word += text.substr(at, n);
    at += n;
  }
  if (!word.empty()) flush();
  return out;
}

std::string quoted_printable(std::string_view text) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string out;
  std::size_t column = 0;
  const auto put = [&](std::string_view piece) {
    if (column + piece.size() > 75) {
      out += "=\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    const bool line_ends = c == '\n' || (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n');
    if (line_ends) {
      if (c == '\r') ++i;
      out += "\r\n";
      column = 0;
      continue;
    }
    const bool last_on_line = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
    const bool plain = (byte >= 33 && byte <= 126 && c != '=') || ((c == ' ' || c == '\t') && !last_on_line);
    const char escaped[] = {'=', hex[byte >> 4], hex[byte & 15]};
    put(plain ? std::string_view{&text[i], 1} : std::string_view{escaped, 3});
  }
  return out;
}

Result<std::string> build_mail(const Mail& mail) {
  TRY(check(mail));
  auto date = http::http_date(std::chrono::floor<std::chrono::seconds>(mail.date.time_since_epoch()).count());
  date.replace(date.size() - 3, 3, "+0000");
  std::string out = "Date: " + date + "\r\nFrom: " + mailbox_text(mail.from, 6) + "\r\nTo: ";
  for (std::size_t i = 0; i < mail.to.size(); ++i) out += (i ? ",\r\n " : "") + mailbox_text(mail.to[i], 4);
  out += "\r\n";
  if (!mail.reply_to.empty()) out += "Reply-To: " + mail.reply_to + "\r\n";
  out += "Subject: " + header_text(mail.subject, 9) + "\r\nMessage-ID: <" + mail.message_id + ">\r\n";
  if (!mail.in_reply_to.empty()) out += fmt::format("In-Reply-To: <{0}>\r\nReferences: <{0}>\r\n", mail.in_reply_to);
  if (!mail.unsubscribe_url.empty()) out += "List-Unsubscribe: <" + mail.unsubscribe_url + ">\r\n";
  if (mail.unsubscribe_url.starts_with("https://")) out += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
  out += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
  std::string body = text_part("text/plain", mail.text);
  if (!mail.html.empty()) body = multipart("alternative", {body, text_part("text/html", mail.html)}, mail.message_id);
  if (mail.attachments.empty()) return out + body;
  std::vector<std::string> parts{std::move(body)};
  for (const auto& a : mail.attachments)
    parts.push_back(fmt::format(
        "Content-Type: {}; name=\"{}\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"{}\"\r\n\r\n{}",
        without_controls(a.content_type), plain_name(a.file_name), plain_name(a.file_name), base64_lines(a.bytes)));
  return out + multipart("mixed", parts, mail.message_id);
}

}  // namespace evenkeel::integrations
