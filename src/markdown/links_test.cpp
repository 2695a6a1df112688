#include "markdown/links.hpp"

#include <gtest/gtest.h>

namespace evenkeel::markdown {
namespace {

TEST(WholeLinks, EachAddressIsWholeWhereTheTextLeavesItsPage) {
  const auto whole = [](const char* text) { return with_whole_links(text, "https://n.test/", "/changelog/1.1.0"); };
  EXPECT_EQ(whole("[a](/changelog/1.0.0) [b](#top) [c](docs/g.html) [d](./e (t))"),
            "[a](https://n.test/changelog/1.0.0) [b](https://n.test/changelog/1.1.0#top) [c](https://n.test/changelog/docs/g.html) "
            "[d](https://n.test/changelog/e (t))");
  EXPECT_EQ(whole("![a](</x y.png> \"t\")\n\n[r]: /r\n"), "![a](<https://n.test/x y.png> \"t\")\n\n[r]: https://n.test/r\n");
  for (const auto* text :
       {"[a](https://x.test)", "[a](mailto:a@x.test)", "[a](//x.test/y)", "`[a](/b)`", "```\n[a](/b)\n```", "x: [y]: /z"})
    EXPECT_EQ(whole(text), text);
  EXPECT_EQ(with_whole_links("[a](/b)", ""), "[a](/b)");
}

}  // namespace
}  // namespace evenkeel::markdown
