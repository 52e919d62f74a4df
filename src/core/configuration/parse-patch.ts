import { AppError, isAppError } from '../../shared/app-error.ts';
import { parseConfig, type ConfigObject } from '../openclaw/config-document.ts';

/** Settings as a person writes them: JSON5. @throws AppError `usage.invalid` with line and column */
export function parsePatch(text: string): ConfigObject {
  try {
    return parseConfig(text).value;
  } catch (error) {
    if (!isAppError(error, 'config.unreadable')) throw error;
    throw new AppError('usage.invalid', { message: error.message.replace('openclaw.json', 'What is to be changed') });
  }
}
