// What a changelog does that Keep a Changelog (1.1.0, 2.0.0) advises against, each with its line.
#pragma once
#include <string>
#include <vector>

#include "changelog/keep_a_changelog.hpp"

namespace evenkeel::changelog {

struct Finding {
  std::int64_t line = 0;  // from 1
  std::string rule;       // a stable word, see check.cpp
  std::string message;
  bool fixable = false;  // without knowing more than the file itself
};
BOOST_DESCRIBE_STRUCT(Finding, (), (line, rule, message, fixable))

/// In order of lines.
std::vector<Finding> check(const Document& document);

}  // namespace evenkeel::changelog
