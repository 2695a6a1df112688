#include "steps/strike_out.hpp"

#include <gmock/gmock.h>

#include "base/hex.hpp"
#include "base/json.hpp"
#include "http/message.hpp"

namespace evenkeel::steps {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string secret = "s3cr3t/+\"key\"\\ with=odd&chars?";

std::string struck(const std::string& text, const std::string& of = secret) {
  StrikeOut strike;
  strike.known(of);
  return strike.from(text);
}

TEST(StrikeOut, TheSecretAsItIs) { EXPECT_EQ(struck("token " + secret + " and " + secret + "!"), "token *** and ***!"); }
TEST(StrikeOut, InBase64WhereverItBegins) {
  for (const auto* before : {"", "a", "ab", "user:", "x-token:"}) {
    const auto encoded = to_base64(before + secret + "tail");
    EXPECT_THAT(struck("x " + encoded + " y"), Not(HasSubstr(to_base64(before + secret).substr(8, 12)))) << before;
    EXPECT_THAT(struck("x " + encoded + " y"), HasSubstr("***"));
  }
}
TEST(StrikeOut, InUrlSafeBase64AndOverLineBreaks) {
  const std::string odd = "\xfb\xff\xfe?>secretsecretsecretsecret";
  auto safe = to_base64(odd);
  for (auto& c : safe) c = c == '+' ? '-' : c == '/' ? '_' : c;
  EXPECT_THAT(struck(safe, odd), testing::StartsWith("***"));
  auto wrapped = to_base64(std::string(60, 'k') + secret + "more");
  wrapped.insert(76, "\n");
  EXPECT_THAT(struck(wrapped), HasSubstr("***"));
}
TEST(StrikeOut, PercentEncodedInHexAndJsonEscaped) {
  EXPECT_EQ(struck(http::percent_encode(secret)), "***");
  auto lower = http::percent_encode(secret);
  for (std::size_t at = 0; (at = lower.find('%', at)) != std::string::npos; at += 3) {
    lower[at + 1] = char(std::tolower(lower[at + 1]));
    lower[at + 2] = char(std::tolower(lower[at + 2]));
  }
  EXPECT_EQ(struck(lower), "***");
  EXPECT_EQ(struck(to_hex(secret)), "***");
  auto upper = to_hex(secret);
  for (auto& c : upper) c = char(std::toupper(c));
  EXPECT_EQ(struck(upper), "***");
  EXPECT_EQ(struck(json::dump(json::Value(boost::json::string(secret)))), "\"***\"");
}
TEST(StrikeOut, ShortOnesOfTheDefinitionsLeaveOrdinaryWordsAlone) {
  EXPECT_EQ(struck("the cat sat", "at"), "the cat sat");
  StrikeOut strike;
  strike.used("at");
  EXPECT_EQ(strike.from("the cat"), "the c***") << "one that this step was given goes";
}
TEST(StrikeOut, ALongerSecretIsNotLeftInPiecesByAShorterOne) {
  StrikeOut strike;
  strike.known("pass");
  strike.known("password1");
  EXPECT_EQ(strike.from("password1"), "***");
}

}  // namespace
}  // namespace evenkeel::steps
