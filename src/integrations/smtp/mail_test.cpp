#include "integrations/smtp/mail.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace evenkeel::integrations {
namespace {

Mail sample() {
  return {.from = {"releases@example.org", "Release Team"},
          .to = {{"ann@example.com"}, {"bo@example.com", "Bo \"B\" \\ Berg"}},
          .subject = "Checkout 2.1 is live",
          .text = "Hello,\n\n2.1 is live.\n",
          .message_id = "dlv_1@example.org",
          .date = from_millis(784111777123)};
}
/// What a mail reader makes of a header value: unfolds, then decodes adjacent encoded words.
std::string decoded(std::string_view text) {
  std::string out;
  bool after_word = false;
  while (!text.empty()) {
    const auto start = text.find("=?UTF-8?B?");
    auto between = std::string(text.substr(0, start));
    for (std::size_t at; (at = between.find("\r\n")) != std::string::npos;) between.erase(at, 2);
    if (!(after_word && between.find_first_not_of(' ') == std::string::npos && start != std::string_view::npos)) out += between;
    if (start == std::string_view::npos) break;
    text.remove_prefix(start + 10);
    const auto end = text.find("?=");
    out += from_base64(text.substr(0, end)).value();
    text.remove_prefix(end + 2);
    after_word = true;
  }
  return out;
}
std::string unquoted(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=')
      out += text[i];
    else if (text.substr(i, 3) == "=\r\n")
      i += 2;
    else
      out += from_hex(text.substr(i + 1, 2)).value(), i += 2;
  }
  return out;
}

TEST(Mail, APlainMailIsReadable) {
  EXPECT_EQ(
      build_mail(sample()).value(),
      "Date: Sun, 06 Nov 1994 08:49:37 +0000\r\nFrom: \"Release Team\"\r\n <releases@example.org>\r\n"
      "To: ann@example.com,\r\n \"Bo \\\"B\\\" \\\\ Berg\"\r\n <bo@example.com>\r\nSubject: Checkout 2.1 is live\r\n"
      "Message-ID: <dlv_1@example.org>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHello,\r\n\r\n2.1 is live.\r\n\r\n");
}
TEST(Mail, TheSameMailHasTheSameBytes) {
  auto mail = sample();
  mail.html = "<p>x</p>";
  EXPECT_EQ(build_mail(mail).value(), build_mail(mail).value());
}
TEST(Mail, TextAndHtmlAreAlternativesAndAFileIsAttached) {
  auto mail = sample();
  mail.html = "<p>2.1 is live</p>";
  mail.attachments = {{"window \"1\".ics", "text/calendar; charset=utf-8", std::string(100, 'x')}};
  mail.unsubscribe_url = "https://example.org/u?t=1";
  const auto all = build_mail(mail).value();
  EXPECT_LT(all.find("multipart/mixed"), all.find("multipart/alternative"));
  EXPECT_LT(all.find("text/plain"), all.find("text/html"));
  EXPECT_THAT(all, testing::HasSubstr("filename=\"window _1_.ics\""));
  EXPECT_THAT(all,
              testing::HasSubstr("List-Unsubscribe: <https://example.org/u?t=1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
  for (std::size_t at = 0, end; (end = all.find("\r\n", at)) != std::string::npos; at = end + 2)
    EXPECT_LE(end - at, 100u) << all.substr(at, end - at);
}
TEST(Mail, NothingInAValueCanStartAHeader) {
  auto mail = sample();
  mail.subject = "hello\r\nBcc: everyone@example.com\r\n\r\nbody";
  mail.from.name = "x\nBcc: everyone@example.com";
  mail.attachments = {{"a\r\nX: y", "text/plain\r\nX: y", "z"}};
  const auto all = build_mail(mail).value();
  EXPECT_FALSE(all.contains("\nBcc:") || all.contains("\nX:")) << all;
}
TEST(Mail, WrongAddressesAndIdsAreAllNamed) {
  Mail mail = sample();
  mail.from.address = "nobody";
  mail.to[1].address = "bo@example.com>\r\nRCPT TO:<x@y.z";
  mail.message_id = "<a@b>";
  mail.unsubscribe_url = "javascript:alert(1)";
  const auto built = build_mail(mail);
  ASSERT_FALSE(built);
  std::vector<std::string> fields;
  for (const auto& c : built.error().complaints) fields.push_back(c.field);
  EXPECT_THAT(fields, testing::ElementsAre("from", "to[1]", "message_id", "unsubscribe_url"));
}
TEST(Mail, SubjectsOfAnyLanguageComeBackWhole) {
  const std::string cases[] = {"Schöne Grüße",
                               std::string(500, 'a'),
                               "=?UTF-8?B?fake?=",
                               "日本語のリリースノート 2.1 が公開されました、ご確認ください。",
                               "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
                               "\xff\xfe broken \xe2\x82"};
  for (const auto& text : cases) {
    const auto header = "Subject: " + header_text(text, 9);
    EXPECT_EQ(decoded(header.substr(9)), text);
    std::size_t at = 0;
    do {
      const auto end = std::min(header.find("\r\n", at), header.size());
      EXPECT_LE(end - at, 76u) << header;
      at = end + 2;
    } while (at < header.size());
    EXPECT_TRUE(std::all_of(header.begin(), header.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  }
}
TEST(Mail, QuotedPrintableRoundTripsWithinItsLineLength) {
  std::string all_bytes;
  for (int i = 0; i < 256; ++i)
    if (i != 10 && i != 13) all_bytes += char(i);
  for (const auto& text :
       {std::string("a=b \t"), std::string(200, ' '), std::string("ü\r\nline two \r\n.\r\n"), all_bytes, std::string(300, '=')}) {
    const auto quoted = quoted_printable(text);
    EXPECT_EQ(unquoted(quoted), text);
    for (std::size_t at = 0; at < quoted.size();) {
      const auto end = std::min(quoted.find("\r\n", at), quoted.size());
      EXPECT_LE(end - at, 76u);
      EXPECT_TRUE(end == at || quoted[end - 1] != ' ');
      at = end + 2;
    }
  }
  EXPECT_EQ(quoted_printable("a\nb"), "a\r\nb");
}

}  // namespace
}  // namespace evenkeel::integrations
