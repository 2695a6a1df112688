#include "markdown/markdown.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evenkeel::markdown {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Markdown, BecomesHtml) {
  EXPECT_EQ(to_html("- a **b** `c`\n"), "<ul>\n<li>a <strong>b</strong> <code>c</code></li>\n</ul>\n");
  EXPECT_THAT(to_html("| a | b |\n|---|---|\n| 1 | 2 |\n"), HasSubstr("<td>1</td>"));
}
TEST(Markdown, LetsNoScriptThrough) {
  for (const auto* bad : {"[a](javascript:alert(1))", "![a](data:text/html;base64,x)"}) {
    const auto html = to_html(bad);
    EXPECT_THAT(html, Not(HasSubstr("alert"))) << html;
    EXPECT_THAT(html, Not(HasSubstr("data:text"))) << html;
  }
}
TEST(Markdown, RawHtmlIsText) {
  EXPECT_EQ(to_html("<script>alert(1)</script>"), "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n");
  EXPECT_EQ(to_html("a <img src=x onerror=alert(1)>"), "<p>a &lt;img src=x onerror=alert(1)&gt;</p>\n");
  EXPECT_EQ(to_html("List<Order> and `List<T>`"), "<p>List&lt;Order&gt; and <code>List&lt;T&gt;</code></p>\n");
  EXPECT_EQ(to_html("- <style>x\n- y <!-- z\n- **b**"),
            "<ul>\n<li>&lt;style&gt;x</li>\n<li>y &lt;!-- z</li>\n<li><strong>b</strong></li>\n</ul>\n")
      << "nothing behind it is swallowed";
  EXPECT_EQ(to_html("<https://x.test> <a@x.test> [b](<c d>)"),
            "<p><a href=\"https://x.test\">https://x.test</a> <a href=\"mailto:a@x.test\">a@x.test</a> <a href=\"c%20d\">b</a></p>\n");
  EXPECT_EQ(to_html("    <div>\n"), "<pre><code>&lt;div&gt;\n</code></pre>\n");
  EXPECT_EQ(to_html("x](<script>)"), "<p>x](&lt;script&gt;)</p>\n");
}
/// Every attribute that may hold an address, and every element: nothing that runs, whatever the spelling.
TEST(Markdown, HostileTextStaysText) {
  const std::vector<std::string> texts{"[a](JaVaScRiPt:alert(1))",
                                       "[a](java\tscript:alert(1))",
                                       "[a](&#106;avascript:alert(1))",
                                       "<javascript:alert(1)>",
                                       "[a](vbscript:x)",
                                       "[a](data:text/html;base64,PHNjcmlwdD4=)",
                                       "![a](javascript:alert(1))",
                                       "[a]: javascript:alert(1)\n\n[a]",
                                       "<a href=\"javascript:alert(1)\">x</a>",
                                       "<div><b>never closed",
                                       "</article></main><h1>mine</h1>",
                                       "<svg/onload=alert(1)>",
                                       "<!-- never closed",
                                       "<iframe src=//evil.test>",
                                       "<form action=//evil.test><input>",
                                       "<style>*{display:none}</style>",
                                       "[a](https://ok.test \"\\\" onmouseover=alert(1) x=\\\"\")",
                                       "`<script>`",
                                       "<scr<script>ipt>alert(1)</script>",
                                       "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
                                       "\xff\xfe<script>",
                                       std::string("\0<script>", 9)};
  for (const auto& text : texts) {
    auto html = to_html(text, 3);
    for (auto& c : html) c = char(std::tolower(static_cast<unsigned char>(c)));
    for (const auto* bad : {"<script", "<iframe", "<form", "<svg", "<style", "<math", "href=\"javascript", "href=\"vbscript", "href=\"data",
                            "src=\"javascript", "<h1", "</article", "<div", "<!-- never"})
      EXPECT_THAT(html, Not(HasSubstr(bad))) << text;
    // An attribute ends where it should: no handler stands outside of a quoted value.
    bool quoted = false, inside = false;
    std::string bare;
    for (const char c : html) {
      if (inside && c == '"') quoted = !quoted;
      if (!quoted && c == '<') inside = true, bare.clear();
      if (inside && !quoted) bare += c;
      if (quoted || c != '>') continue;
      inside = false;
      EXPECT_THAT(bare, Not(testing::ContainsRegex("[ /]on[a-z]+="))) << text;
    }
  }
}
TEST(Markdown, TenThousandNestedListsAndQuotationsEnd) {
  std::string lists, quotations(10'000, '>'), brackets(50'000, '['), stars(50'000, '*');
  for (int i = 0; i < 10'000; ++i) lists += "- ";
  for (const auto& text : {lists + "x", quotations + "x", brackets, stars + "x"}) {
    EXPECT_LT(to_html(text).size(), 3'000'000u);
    EXPECT_LT(shown_by(text).size(), 3'000'000u);
  }
}
TEST(Markdown, MovesHeadingsBelowThePages) {
  EXPECT_EQ(to_html("# A\n\n### B\n", 3), "<h3>A</h3>\n<h5>B</h5>\n");
  EXPECT_EQ(to_html("#### A\n", 3), "<h4>A</h4>\n");
}
TEST(Escaped, KeepsTextInsideItsElement) {
  EXPECT_EQ(escaped("<a b=\"c\" d='e'>&\x01\n"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;\n");
}

}  // namespace
TEST(ToText, HasNoSignsOfMarkdownAndEveryAddress) {
  EXPECT_EQ(to_text("- **shop 1.0.0**: Roll *back* or `decline`\n  `evenkeel today`\n- two\n"),
            "  - shop 1.0.0: Roll back or decline\n    evenkeel today\n  - two\n");
  EXPECT_EQ(to_text("## New\n\nSee [the guide](https://x.test/g) or https://x.test/h.\n\n1. first\n2. second\n"),
            "New\n\nSee the guide (https://x.test/g) or https://x.test/h.\n\n1.  first\n2.  second\n");
  EXPECT_EQ(to_text("List\\<Order> and \\_\\_init\\_\\_ and <b>bold</b>\n"), "List<Order> and __init__ and <b>bold</b>\n");
  EXPECT_EQ(to_text(""), "");
}

}  // namespace evenkeel::markdown
