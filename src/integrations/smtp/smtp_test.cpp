#include "integrations/smtp/smtp.hpp"

#include <gtest/gtest.h>

namespace evenkeel::integrations {
namespace {

TEST(SmtpConfig, ReadsTheConnection) {
  const auto of = [](const std::string& url) { return smtp_config("mail", url); };
  EXPECT_EQ(of("smtps://mx.example").value().port, 465);
  EXPECT_EQ(of("smtps://mx.example").value().tls, SmtpTls::tls);
  EXPECT_EQ(of("smtp://mx.example:25/").value().tls, SmtpTls::starttls);
  EXPECT_EQ(of("smtp://mx.example").value().port, 587);
  EXPECT_EQ(of("smtp://127.0.0.1:2525").value().tls, SmtpTls::off);
  EXPECT_EQ(of("smtp+plain://relay:2525").value().tls, SmtpTls::off);
  for (const auto* bad : {"mx.example", "http://mx", "smtp://mx:x", "smtp://mx:99999", "smtp://:25", "smtp://u@mx"})
    EXPECT_EQ(of(bad).error().kind, ErrorKind::invalid) << bad;
}

}  // namespace
}  // namespace evenkeel::integrations
