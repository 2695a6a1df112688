// Reads a mail back as a person's mail reader would, for the tests: unfolded and decoded headers, and every text part.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace evenkeel::fakes {

struct MailPart {
  std::string type;
  std::string file_name;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(MailPart, (), (type, file_name, text))
struct ReadMail {
  std::map<std::string, std::string> headers;
  std::vector<MailPart> parts;
};
BOOST_DESCRIBE_STRUCT(ReadMail, (), (headers, parts))

/// Header names in lower case; of a repeated header all values, one a line.
ReadMail read_mail(std::string_view bytes);

}  // namespace evenkeel::fakes
