// What a step printed or a server answered, without the secrets in it: as they are, and as programs like to write them (base64, hex,
// percent-encoded, JSON-escaped), even over the line breaks that base64 and hex dumps put in.
#pragma once
#include <string>
#include <vector>

namespace evenkeel::steps {

class StrikeOut {
 public:
  /// One that this very step was given; struck out however short it is.
  void used(const std::string& secret);
  /// One that the definitions know; a shorter one than four characters would take ordinary words away, and is left.
  void known(const std::string& secret);
  std::string from(std::string text) const;

 private:
  void add(const std::string& secret);
  std::vector<std::string> needles_;  // longest first
};

}  // namespace evenkeel::steps
