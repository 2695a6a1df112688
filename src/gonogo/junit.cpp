// JUnit reports: <testsuites>/<testsuite>/<testcase> with <failure>, <error> or <skipped> inside.
#include <pugixml.hpp>

#include "gonogo/gonogo.hpp"

namespace evenkeel::gonogo {
namespace {

void count(const pugi::xml_node& node, JUnitCounts& counts, int depth) {
  if (depth > 32) return;
  for (const auto& child : node.children()) {
    const std::string_view name = child.name();
    if (name == "testsuite" || name == "testsuites") count(child, counts, depth + 1);
    if (name != "testcase") continue;
    if (child.child("failure") || child.child("error"))
      ++counts.failed;
    else if (child.child("skipped"))
      ++counts.skipped;
    else
      ++counts.passed;
  }
}

}  // namespace

Result<JUnitCounts> read_junit(std::string_view xml) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(xml.data(), xml.size(), pugi::parse_minimal | pugi::parse_escapes | pugi::parse_cdata);
  if (!parsed) return invalid(fmt::format("not a JUnit report: {} at byte {}", parsed.description(), parsed.offset));
  JUnitCounts counts;
  count(document, counts, 0);
  if (counts.passed + counts.failed + counts.skipped == 0)
    return invalid("the JUnit report holds no test case: an empty run is no evidence");
  return counts;
}

}  // namespace evenkeel::gonogo
