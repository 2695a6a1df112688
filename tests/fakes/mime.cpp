#include "mime.hpp"

#include "base/hex.hpp"

namespace evenkeel::fakes {
namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  return out;
}
std::string unquote_printable(std::string_view text, bool in_word) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_word && text[i] == '_')
      out += ' ';
    else if (text[i] != '=')
      out += text[i];
    else if (text.substr(i, 3) == "=\r\n")
      i += 2;
    else if (auto byte = from_hex(text.substr(i + 1, 2)); byte && byte->size() == 1)
      out += *byte, i += 2;
    else
      out += '=';
  }
  return out;
}
std::string unbase64(std::string_view text) {
  std::string packed;
  for (const char c : text)
    if (c != '\r' && c != '\n' && c != ' ') packed += c;
  return from_base64(packed).value_or("");
}

/// RFC 2047: "=?utf-8?B?...?=" and "=?utf-8?Q?...?="; blanks between two encoded words vanish.
std::string decode_words(std::string_view text) {
  std::string out, blanks;
  bool after_word = false;
  while (!text.empty()) {
    const auto charset_end = text.starts_with("=?") ? text.find('?', 2) : std::string_view::npos;
    const auto end = charset_end == std::string_view::npos ? charset_end : text.find("?=", charset_end + 3);
    if (end != std::string_view::npos && charset_end + 2 < text.size() && text[charset_end + 2] == '?') {
      const auto content = text.substr(charset_end + 3, end - charset_end - 3);
      const char how = char(text[charset_end + 1] | 32);
      if (!after_word) out += blanks;
      blanks.clear();
      out += how == 'b' ? unbase64(content) : unquote_printable(content, true);
      text.remove_prefix(end + 2);
      after_word = true;
    } else if (text.front() == ' ' || text.front() == '\t') {
      blanks += ' ';
      text.remove_prefix(1);
    } else {
      out += blanks;
      blanks.clear();
      out += text.front();
      text.remove_prefix(1);
      after_word = false;
    }
  }
  return out + blanks;
}

std::string parameter(std::string_view value, std::string_view name) {
  const auto at = value.find(std::string(name) + "=");
  if (at == std::string_view::npos) return {};
  value.remove_prefix(at + name.size() + 1);
  if (value.starts_with('"')) return std::string(value.substr(1, value.find('"', 1) - 1));
  return std::string(value.substr(0, value.find_first_of("; \t")));
}

/// Takes the header off `bytes`.
std::map<std::string, std::string> take_headers(std::string_view& bytes) {
  std::map<std::string, std::string> headers;
  std::string last;
  while (!bytes.empty()) {
    auto line = bytes.substr(0, bytes.find("\r\n"));
    bytes.remove_prefix(std::min(line.size() + 2, bytes.size()));
    if (line.empty()) break;
    if (line.front() == ' ' || line.front() == '\t') {
      headers[last] += std::string(line);
      continue;
    }
    const auto colon = line.find(':');
    last = lower(line.substr(0, colon));
    auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    auto& all = headers[last];
    all += (all.empty() ? "" : "\n") + std::string(value);
  }
  return headers;
}

void take_parts(std::map<std::string, std::string> headers, std::string_view body, std::vector<MailPart>& parts, int depth) {
  const auto type = headers["content-type"];
  if (lower(type).starts_with("multipart/") && depth < 8) {
    const auto mark = "--" + parameter(type, "boundary");
    auto at = body.find(mark);
    while (at != std::string_view::npos) {
      auto part = body.substr(at + mark.size());
      if (part.starts_with("--")) return;
      const auto next = part.find("\r\n" + mark);
      part = part.substr(0, next);
      if (part.starts_with("\r\n")) part.remove_prefix(2);
      auto inner = take_headers(part);
      take_parts(std::move(inner), part, parts, depth + 1);
      at = next == std::string_view::npos ? next : at + mark.size() + next + 2;
    }
    return;
  }
  const auto coding = lower(headers["content-transfer-encoding"]);
  const auto text = coding == "base64" ? unbase64(body) : coding == "quoted-printable" ? unquote_printable(body, false) : std::string(body);
  parts.push_back({lower(type.substr(0, type.find(';'))), parameter(headers["content-disposition"], "filename"), text});
}

}  // namespace

ReadMail read_mail(std::string_view bytes) {
  ReadMail mail;
  auto headers = take_headers(bytes);
  for (const auto& [name, value] : headers) mail.headers[name] = decode_words(value);
  take_parts(std::move(headers), bytes, mail.parts, 0);
  return mail;
}

}  // namespace evenkeel::fakes
