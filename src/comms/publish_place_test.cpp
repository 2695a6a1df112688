#include "comms/publish_place.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "support/git_repo.hpp"

namespace evenkeel::comms {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

struct PublishPlace : testing::Test {
  testing_git::TempFolder folder;
  std::string root = (folder.path() / "site").string(), outside = (folder.path() / "outside").string();
  void SetUp() override {
    fs::create_directories(root);
    fs::create_directories(outside);
  }
  std::string refused(const std::string& path) {
    const auto place = publish_place({root}, path);
    return place ? "allowed: " + *place : place.error().message;
  }
};

TEST_F(PublishPlace, BelowANamedFolderAndNowhereElse) {
  EXPECT_EQ(publish_place({root}, root + "/a/b.md").value(), root + "/a/b.md");
  EXPECT_EQ(publish_place({outside, root}, root).value(), root);
  EXPECT_THAT(refused(outside + "/x.md"), HasSubstr("outside the folders"));
  EXPECT_THAT(refused(root + "-beside/x.md"), HasSubstr("outside the folders")) << "a name that only begins alike";
  EXPECT_THAT(refused("/etc/cron.d/evenkeel"), HasSubstr("--publish-under"));
  EXPECT_THAT(publish_place({}, root + "/x.md").error().message, HasSubstr("names the folder with --publish-under"));
  EXPECT_EQ(publish_place({}, root).error().kind, ErrorKind::forbidden);
  EXPECT_FALSE(publish_place({"/"}, "/etc/passwd")) << "the whole machine is no folder to publish in";
}
TEST_F(PublishPlace, NoDotsAndNoLinkLeadOut) {
  EXPECT_THAT(refused(root + "/../outside/x.md"), HasSubstr("'..'"));
  fs::create_directory_symlink(outside, root + "/link");
  EXPECT_THAT(refused(root + "/link/x.md"), HasSubstr("leads outside"));
  std::ofstream(outside + "/victim") << "kept";
  fs::create_symlink(outside + "/victim", root + "/file.md");
  EXPECT_THAT(refused(root + "/file.md"), HasSubstr("leads outside"));
  fs::create_directory_symlink(outside + "/later", root + "/dangling");
  EXPECT_THAT(refused(root + "/dangling/x.md"), HasSubstr("a link to nothing"));
  fs::create_directory(root + "/deep");
  fs::create_directory_symlink(root + "/deep", root + "/inner");
  EXPECT_EQ(publish_place({root}, root + "/inner/x.md").value(), root + "/deep/x.md") << "a link that stays inside is followed";
}
TEST_F(PublishPlace, WritingFollowsNoLinkEither) {
  std::ofstream(outside + "/victim") << "kept";
  fs::create_symlink(outside + "/victim", root + "/x.md.evenkeel~");
  fs::create_symlink(outside + "/victim", root + "/x.md");
  ASSERT_TRUE(write_whole(root + "/x.md", "new"));
  std::string kept;
  std::getline(std::ifstream(outside + "/victim"), kept);
  EXPECT_EQ(kept, "kept");
  EXPECT_FALSE(fs::is_symlink(root + "/x.md"));
}
TEST_F(PublishPlace, ARepositoryWhoseFolderLiesElsewhereIsElsewhere) {
  const auto made = run_process({"sh", "-c",
                                 "git init -q " + outside + "/real && mkdir " + root + "/repo && echo gitdir: " + outside +
                                     "/real/.git > " + root + "/repo/.git && git init -q " + root + "/good"});
  ASSERT_TRUE(made && made->ok());
  EXPECT_TRUE(publish_repository({root}, root + "/good"));
  EXPECT_FALSE(publish_repository({root}, root + "/repo"));
  EXPECT_FALSE(publish_repository({root}, outside + "/real"));
}

}  // namespace
}  // namespace evenkeel::comms
