#include "markdown/markdown.hpp"

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
  for (const auto* bad : {"<script>alert(1)</script>", "a <img src=x onerror=alert(1)>", "[a](javascript:alert(1))",
                          "![a](data:text/html;base64,x)", "<style>x</style>"}) {
    const auto html = to_html(bad);
    EXPECT_THAT(html, Not(HasSubstr("alert"))) << html;
    EXPECT_THAT(html, Not(HasSubstr("<style"))) << html;
    EXPECT_THAT(html, Not(HasSubstr("data:text"))) << html;
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
}  // namespace evenkeel::markdown
