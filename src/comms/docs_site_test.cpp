#include "comms/docs_site.hpp"

#include <filesystem>
#include <fstream>

#include "base/process.hpp"
#include "support/git_repo.hpp"

namespace evenkeel::comms {
namespace {

using capabilities::DeliveryEnd;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const DocsPage page{.version = "2.0.0",
                    .title = "Shop 2.0.0: \"Wishes\"",
                    .area = "shop",
                    .body = "### New\n\n- Lists\n",
                    .date = from_millis(1'772'000'000'000)};

std::string git(const std::string& dir, std::vector<std::string> args) {
  args.insert(args.begin(), {"git", "-C", dir});
  auto out = run_process(args).value().out;
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

TEST(DocsSite, FrontMatterIsReadableAndNamesStayInTheirFolder) {
  EXPECT_EQ(docs_text(page, "markdown", "Shop"),
            "---\ntitle: \"Shop 2.0.0: \\\"Wishes\\\"\"\ndate: 2026-02-25\nversion: \"2.0.0\"\nproduct: \"shop\"\nslug: \"2.0.0\"\n"
            "withdrawn: false\n---\n\n### New\n\n- Lists\n");
  auto bad = page;
  bad.version = "../../etc/passwd";
  EXPECT_EQ(docs_file_name(bad, "html"), "-..-etc-passwd.html");
  bad.title = "</title><script>";
  EXPECT_THAT(docs_text(bad, "html", "<x>"), AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<x>")), HasSubstr("<h3>New</h3>")));
}
TEST(DocsSite, WritesAFolderAndTakesBack) {
  testing_git::TempFolder folder;
  const auto path = (folder.path() / "site" / "notes").string();
  EXPECT_EQ(write_docs(path, page, "markdown", "Shop", "com_1", page.date).end, DeliveryEnd::delivered);
  auto back = page;
  back.withdrawn = true;
  back.body = "It was taken back.\n";
  EXPECT_EQ(write_docs(path, back, "markdown", "Shop", "com_2", page.date).end, DeliveryEnd::delivered);
  std::ifstream in(path + "/2.0.0.md");
  EXPECT_THAT(std::string(std::istreambuf_iterator<char>(in), {}), AllOf(HasSubstr("taken back"), Not(HasSubstr("Lists"))));
}
TEST(DocsSite, CommitsToABranchOnceAndLeavesTheRestAlone) {
  testing_git::TempFolder folder;
  const auto dir = folder.path().string();
  git(dir, {"init", "-q", "-b", "main"});
  std::ofstream(folder.path() / "a") << "a";
  git(dir, {"add", "a"});
  git(dir, {"-c", "user.name=D", "-c", "user.email=d@x.test", "commit", "-qm", "a"});
  const auto target = dir + "#notes:docs/releases";
  const auto first = write_docs(target, page, "markdown", "Shop", "com_1", page.date);
  ASSERT_EQ(first.end, DeliveryEnd::delivered) << first.reason;
  EXPECT_EQ(write_docs(target, page, "markdown", "Shop", "com_1", page.date).receipt, first.receipt) << "a second attempt adds nothing";
  auto next = page;
  next.version = "2.1.0";
  EXPECT_EQ(write_docs(target, next, "markdown", "Shop", "com_2", page.date).end, DeliveryEnd::delivered);
  EXPECT_EQ(git(dir, {"ls-tree", "-r", "--name-only", "notes"}), "docs/releases/2.0.0.md\ndocs/releases/2.1.0.md");
  EXPECT_EQ(git(dir, {"rev-list", "--count", "notes"}), "2");
  EXPECT_EQ(git(dir, {"status", "--porcelain"}), "");
  EXPECT_EQ(write_docs(dir + "#bad..name", page, "markdown", "Shop", "com_3", page.date).end, DeliveryEnd::refused);
}

}  // namespace
}  // namespace evenkeel::comms
