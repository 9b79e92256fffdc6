import {
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, sep } from "node:path";
import { explainSystemError, Failure, systemErrorCode } from "../failure.js";
import { makeDirectory } from "./make-directory.js";
import { manifestName, manifestText } from "./manifest.js";
import { isStale, type OutputFile, type Plan } from "./plan.js";
import { makeStaging } from "./staging.js";

/**
 * Carries out several plans, each with {@link commitPlan}. Conflicts are checked first: if any plan has one, nothing is
 * written.
 *
 * @throws {@link Failure} as `commitPlan`, and if two plans write the same file.
 */
export function commitPlans(plans: readonly Plan[]): void {
  const owners = new Map<string, Plan>();
  for (const plan of plans) {
    if (plan.conflicts.length > 0) throw refusal(plan);
    if (plans.length === 1) break;
    for (const path of plan.owned) {
      const file = join(plan.directory, path);
      const other = owners.get(file);
      if (other !== undefined)
        throw new Failure(
          `${file} would be written twice, as a file of ${other.directory} and of ${plan.directory}: choose another directory for one of them. Nothing was written.`,
        );
      owners.set(file, plan);
    }
  }
  for (const plan of plans) commitPlan(plan);
}

/**
 * Carries out a plan. All new contents are first written to a staging directory, and only then renamed to their paths. A
 * full disk, or an output directory without write permission, therefore changes nothing, and readers never see a partial
 * file. Files that are up to date are not touched and keep their modification time.
 *
 * @throws {@link Failure} if files that wit2ts did not write are in the way, or the directory cannot be written.
 */
export function commitPlan(plan: Plan): void {
  if (plan.conflicts.length > 0) throw refusal(plan);
  if (!isStale(plan)) return;
  const { directory } = plan;
  try {
    makeDirectory(directory);
    const staging = makeStaging(directory);
    try {
      stageAndMove(plan, staging);
      if (plan.remove.length > 0) removeOld(plan, staging);
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  } catch (error) {
    throw explainSystemError(`write to ${directory}`, error);
  }
}

function stageAndMove(plan: Plan, staging: string): void {
  const { directory } = plan;
  const moves: [from: string, to: string][] = [];
  // Paths are concatenated directly: for many small files, `join` would take a third of the time.
  const stage = (path: string, content: string | Uint8Array): void => {
    const from = `${staging}${sep}${moves.length}`;
    writeFileSync(from, content);
    moves.push([from, `${directory}${sep}${path}`]);
  };
  // Until everything is done, the manifest lists old and new files: if the process is stopped, it owns whatever is there.
  if (plan.manifest)
    stage(manifestName, manifestText([...plan.owned, ...plan.remove]));
  for (const file of [...plan.create, ...plan.update])
    stage(file.path, "bytes" in file ? file.bytes : file.text);
  for (const path of directoriesOf(plan.create))
    makeDirectory(join(directory, path));
  for (const [from, to] of moves) renameSync(from, to);
}

/** The directories that contain the files. */
function directoriesOf(files: readonly OutputFile[]): ReadonlySet<string> {
  const directories = new Set<string>();
  for (const { path } of files) {
    const end = path.lastIndexOf("/");
    if (end > 0) directories.add(path.slice(0, end));
  }
  return directories;
}

/** Removes files that are no longer generated, and after that removes them from the manifest. */
function removeOld(plan: Plan, staging: string): void {
  for (const path of plan.remove) removeFile(plan.directory, path);
  const manifest = join(staging, "manifest");
  writeFileSync(manifest, manifestText(plan.owned));
  renameSync(manifest, join(plan.directory, manifestName));
}

/**
 * Removes a file and the directories that become empty. A concurrent run may already have removed them. A directory
 * that is a symbolic link or a mount point stays.
 */
function removeFile(directory: string, path: string): void {
  removeUnless(["ENOENT"], () => {
    unlinkSync(join(directory, path));
  });
  for (let parent = dirname(path); parent !== "."; parent = dirname(parent)) {
    removeUnless(["ENOENT", "ENOTEMPTY", "EEXIST", "ENOTDIR", "EBUSY"], () => {
      rmdirSync(join(directory, parent));
    });
  }
}

/** Calls `remove`, and ignores system errors with one of the given codes. */
function removeUnless(codes: readonly string[], remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (!codes.includes(systemErrorCode(error) ?? "")) throw error;
  }
}

function refusal(plan: Plan): Failure {
  const list = plan.conflicts.map((path) => `  ${path}`).join("\n");
  const [subject, object] =
    plan.conflicts.length === 1
      ? ["this file was", "it"]
      : ["these files were", "them"];
  return new Failure(
    `refusing to write to ${plan.directory}: ${subject} not written by wit2ts\n${list}\n` +
      `Move or delete ${object}, or choose another directory with --out. Nothing was written.`,
  );
}
