// The mail sender against a mail server that keeps, refuses, stalls or forgets to answer.
#include "integrations/smtp/smtp.hpp"

#include <gtest/gtest.h>

#include "smtp_sink.hpp"
#include "support/certificate.hpp"

namespace evenkeel::integrations {
namespace {

using namespace std::chrono_literals;
using fakes::SinkState;
using fakes::SmtpSink;

Mail sample() {
  return {.from = {"releases@example.org", "Release Team"},
          .to = {{"ann@example.com", "Änn"}, {"bo@example.com"}},
          .subject = "Ünïcode release 2.1 is live for everyone in the house",
          .text = "Hello\n.\n..leading dots stay\nFrom here\n",
          .html = "<p>Grüße</p>\n",
          .message_id = "dlv_1@example.org"};
}
SmtpConfig plain(const SmtpSink& sink) { return {.host = "127.0.0.1", .port = sink.smtp_port(), .tls = SmtpTls::off, .deadline = 5s}; }
SinkState state(SmtpSink& sink) { return json::from_value<SinkState>(sink.state()).value(); }

TEST(Smtp, AMailArrivesAsItWasWritten) {
  SmtpSink sink{{}};
  const auto delivery = send_mail(plain(sink), sample());
  EXPECT_EQ(delivery.end, DeliveryEnd::delivered) << delivery.reason;
  EXPECT_EQ(delivery.receipt, "250 2.0.0 queued as 1");
  const auto got = state(sink).messages.at(0);
  EXPECT_EQ(got.from, "releases@example.org");
  EXPECT_THAT(got.to, testing::ElementsAre("ann@example.com", "bo@example.com"));
  EXPECT_EQ(got.subject, sample().subject);
  EXPECT_EQ(got.message_id, "<dlv_1@example.org>");
  EXPECT_THAT(got.mail.headers.at("to"), testing::HasSubstr("Änn"));
  ASSERT_EQ(got.mail.parts.size(), 2u);
  EXPECT_EQ(got.mail.parts[0].type, "text/plain");
  EXPECT_THAT(got.mail.parts[0].text, testing::StartsWith("Hello\r\n.\r\n..leading dots stay\r\nFrom here\r\n"));
  EXPECT_THAT(got.mail.parts[1].text, testing::StartsWith("<p>Grüße</p>"));
}
TEST(Smtp, A5xxIsForGoodAndA4xxForNow) {
  SmtpSink sink{{}};
  ASSERT_TRUE(sink.faults.set({.mode = "reject", .status = 550}));
  const auto refused = send_mail(plain(sink), sample());
  EXPECT_EQ(refused.end, DeliveryEnd::refused);
  EXPECT_THAT(refused.reason, testing::AllOf(testing::HasSubstr("550 told to refuse"), testing::HasSubstr("ann@example.com")));
  ASSERT_TRUE(sink.faults.set({.mode = "reject", .status = 451, .times = 1}));
  EXPECT_EQ(send_mail(plain(sink), sample()).end, DeliveryEnd::retry);
  EXPECT_EQ(send_mail(plain(sink), sample()).end, DeliveryEnd::delivered);
}
TEST(Smtp, ALostAnswerIsUnconfirmedAndARepeatHasTheSameId) {
  SmtpSink sink{{}};
  ASSERT_TRUE(sink.faults.set({.mode = "lose", .times = 1}));
  EXPECT_EQ(send_mail(plain(sink), sample()).end, DeliveryEnd::unconfirmed);
  EXPECT_EQ(send_mail(plain(sink), sample()).end, DeliveryEnd::delivered);
  EXPECT_EQ(state(sink).deliveries, 2);
  EXPECT_EQ(state(sink).distinct_message_ids, 1);
}
TEST(Smtp, AStalledServerEndsAtTheDeadlineAndAGoneOneAtOnce) {
  SmtpSink sink{{}};
  ASSERT_TRUE(sink.faults.set({.mode = "stall"}));
  auto config = plain(sink);
  config.deadline = 300ms;
  EXPECT_EQ(send_mail(config, sample()).end, DeliveryEnd::unconfirmed);
  ASSERT_TRUE(sink.faults.set({.mode = "drop"}));
  EXPECT_EQ(send_mail(plain(sink), sample()).end, DeliveryEnd::retry);
  int port = 0;
  { port = SmtpSink{{}}.smtp_port(); }
  config.port = port;
  const auto gone = send_mail(config, sample());
  EXPECT_EQ(gone.end, DeliveryEnd::retry);
  EXPECT_THAT(gone.reason, testing::HasSubstr(std::to_string(port)));
}
TEST(Smtp, PasswordsGoOverTlsOnlyAndAreNeverShown) {
  const testing_support::Certificate tls;
  SmtpSink sink{{tls.file, tls.key, "mailer", "pass1word"}};
  SmtpConfig config{.host = "127.0.0.1",
                    .port = sink.smtp_port(),
                    .user = "mailer",
                    .password = Secret{"pass1word"},
                    .ca_file = tls.file,
                    .deadline = 5s};
  const auto sent = send_mail(config, sample());
  EXPECT_EQ(sent.end, DeliveryEnd::delivered) << sent.reason;
  EXPECT_TRUE(state(sink).messages.at(0).tls);
  EXPECT_EQ(state(sink).messages.at(0).user, "mailer");

  config.password = Secret{"pass2word"};
  const auto wrong = send_mail(config, sample());
  EXPECT_EQ(wrong.end, DeliveryEnd::retry);
  EXPECT_THAT(wrong.reason, testing::AllOf(testing::HasSubstr("535"), testing::Not(testing::HasSubstr("pass2word"))));

  config.ca_file.clear();  // the certificate is no longer trusted
  EXPECT_EQ(send_mail(config, sample()).end, DeliveryEnd::retry);
  EXPECT_EQ(state(sink).deliveries, 1);

  const SmtpConfig open{.host = "mail.example.org", .tls = SmtpTls::off, .user = "mailer", .password = Secret{"pass1word"}};
  EXPECT_THAT(send_mail(open, sample()).reason, testing::HasSubstr("starttls"));
}
TEST(Smtp, WithoutStarttlsOfferedNothingIsSent) {
  SmtpSink sink{{}};
  auto config = plain(sink);
  config.tls = SmtpTls::starttls;
  EXPECT_EQ(send_mail(config, sample()).end, DeliveryEnd::retry);
  EXPECT_EQ(state(sink).deliveries, 0);
}
TEST(Smtp, AStopEndsTheWaitAtOnce) {
  SmtpSink sink{{}};
  ASSERT_TRUE(sink.faults.set({.mode = "stall"}));
  std::stop_source stop;
  std::jthread stopper{[&] {
    while (state(sink).connections == 0) std::this_thread::yield();
    stop.request_stop();
  }};
  const auto begun = std::chrono::steady_clock::now();
  const auto ended = send_mail(plain(sink), sample(), stop.get_token());
  EXPECT_TRUE(ended.end == DeliveryEnd::retry || ended.end == DeliveryEnd::unconfirmed);
  EXPECT_THAT(ended.reason, testing::HasSubstr("stopping"));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 3s);
}

}  // namespace
}  // namespace evenkeel::integrations
