#include "app/private_files.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "support/git_repo.hpp"

namespace evenkeel::app {
namespace {

using testing::HasSubstr;

unsigned mode_of(const std::string& path) {
  struct stat found{};
  return ::stat(path.c_str(), &found) == 0 ? unsigned(found.st_mode & 0777) : 0;
}

TEST(PrivateFiles, WhatIsMadeIsForItsUserAlone) {
  const testing_git::TempFolder folder;
  const auto db = (folder.path() / "e.db").string(), state = (folder.path() / "new/state").string();
  ASSERT_TRUE(keep_database_private(db));
  ASSERT_TRUE(keep_folder_private(state));
  EXPECT_EQ(mode_of(db), 0600u);
  EXPECT_EQ(mode_of(state), 0700u);
  ASSERT_TRUE(keep_database_private(db)) << "again";
}
TEST(PrivateFiles, WhatIsOpenToOthersIsRefusedWithTheCommandThatMendsIt) {
  const testing_git::TempFolder folder;
  const auto db = (folder.path() / "e.db").string(), state = (folder.path() / "state").string();
  std::ofstream(db) << "";
  std::filesystem::create_directory(state);
  for (const auto mode : {0644u, 0640u, 0604u, 0602u, 0666u}) {
    ::chmod(db.c_str(), mode);
    EXPECT_THAT(keep_database_private(db).error().message, HasSubstr("chmod 600 " + db)) << mode;
  }
  ::chmod(db.c_str(), 0600);
  std::ofstream(db + "-wal") << "";
  ::chmod((db + "-wal").c_str(), 0644);
  EXPECT_THAT(keep_database_private(db).error().message, HasSubstr("chmod 600 " + db + "-wal"));
  ::chmod(state.c_str(), 0755);
  EXPECT_THAT(keep_folder_private(state).error().message, HasSubstr("chmod 700 " + state));
}

}  // namespace
}  // namespace evenkeel::app
