#include "markdown/literal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "markdown/markdown.hpp"

namespace evenkeel::markdown {
namespace {

/// What a reader of the HTML sees.
std::string seen(const std::string& html) {
  std::string out;
  bool tag = false;
  for (const char c : html) {
    if (c == '<') tag = true;
    if (!tag) out += c;
    if (c == '>') tag = false;
  }
  for (const auto& [entity, sign] :
       std::initializer_list<std::pair<std::string, std::string>>{{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}})
    for (std::size_t at = 0; (at = out.find(entity, at)) != std::string::npos; at += sign.size()) out.replace(at, entity.size(), sign);
  while (out.ends_with('\n')) out.pop_back();
  return out.substr(std::min(out.find_first_not_of('\n'), out.size()));
}

TEST(OfPlain, AReaderSeesTheWordsThatWereWritten) {
  for (const std::string words : {"support List<Order> in exports",
                                  "remove <script> and <style> from mails",
                                  "load __init__.py and foo_bar_baz and *args, **kwargs",
                                  "a | b in tables",
                                  "show [beta] and [x](y)",
                                  "html &amp; entity &#39;",
                                  "3 < 5 and 7 > 6",
                                  "<!-- hint of a template",
                                  "# not a heading",
                                  "#12 is",
                                  "- not a list",
                                  "+ nor this",
                                  "1. nor this",
                                  "12) nor this",
                                  "> no quotation",
                                  "--- no rule",
                                  "---",
                                  "***",
                                  "* * *",
                                  "___",
                                  "~~~ no fence",
                                  "~~not struck~~ ~one~",
                                  "``` no fence",
                                  "a ` lonely backtick",
                                  "C:\\_x_\\*",
                                  "a\\",
                                  "_x",
                                  "x_",
                                  "_x_y_",
                                  "__all__",
                                  "2 * 3 * 4",
                                  "*",
                                  "**",
                                  "![x](y)",
                                  "[x]: https://y.test",
                                  "[ ] a",
                                  "<a@b>",
                                  "</div>",
                                  "<?php ?>",
                                  "</",
                                  "$x_1$ and $x_2$",
                                  "\\<b>",
                                  "x<y",
                                  "Map<K, V>",
                                  "a\xc3\xa4_b_",
                                  "feat(x)!: y",
                                  "100%",
                                  "=== x",
                                  "| a |",
                                  "://"}) {
    EXPECT_EQ(seen(to_html("- " + of_plain(words))), words) << of_plain(words);
    EXPECT_EQ(seen(to_html("- **Breaking:** " + of_plain(words) + " (1a2b3c)")), "Breaking: " + words + " (1a2b3c)") << of_plain(words);
    EXPECT_EQ(for_plain_readers(of_plain(words)), words) << of_plain(words);
  }
}
TEST(OfPlain, CodeSpansStandAsTheyAre) {
  EXPECT_EQ(of_plain("`List<T>` and ``a ` *b*`` stay"), "`List<T>` and ``a ` *b*`` stay");
  EXPECT_EQ(of_plain("foo_bar of 2 * 3 in x/y.z (#12)"), "foo_bar of 2 * 3 in x/y.z (#12)") << "no more signs than it takes";
  EXPECT_EQ(of_plain("see <https://x.test/a>"), "see <https://x.test/a>");
}
TEST(OfPlain, IsOneLineWithoutControls) { EXPECT_EQ(of_plain(" a\x1b[31m\tb\r\n# c\x7f\xc2\x9b "), "a[31m b # c"); }
TEST(OfPlain, ACellIsNotEndedByWhatStandsInIt) { EXPECT_EQ(of_cell("a | `b|c` <T> *x*"), "a \\| `b\\|c` \\<T> \\*x\\*"); }
TEST(WithoutHtml, EscapesWhatWouldBeReadAndOnlyThat) {
  EXPECT_EQ(without_html("a <b> `<c>` \\<d> <https://x.test> 3 < 4 <5"), "a \\<b> `<c>` \\<d> <https://x.test> 3 < 4 <5");
  EXPECT_EQ(without_html("```\n<a>\n```\n<b>"), "```\n<a>\n```\n\\<b>");
  for (const std::string text : {"a <b>c", "<!-- x", "`<c>` <d>"}) EXPECT_EQ(without_html(without_html(text)), without_html(text));
}
TEST(ForPlainReaders, CodeKeepsItsBackslashes) { EXPECT_EQ(for_plain_readers("a \\<b> `\\<c>` C:\\d"), "a <b> `\\<c>` C:\\d"); }

}  // namespace
}  // namespace evenkeel::markdown
